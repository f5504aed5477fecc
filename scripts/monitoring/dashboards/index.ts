import type { Dashboard } from '../panel.ts';
import { callsDashboard } from './calls.ts';
import { eventsDashboard } from './events.ts';
import { moneyDashboard } from './money.ts';
import { runtimeDashboard } from './runtime.ts';

export const dashboards: readonly Dashboard[] = [callsDashboard, eventsDashboard, moneyDashboard, runtimeDashboard];
