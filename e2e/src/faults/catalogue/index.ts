import { serviceNames } from '@finflow/local/src/options.ts';
import type { Fault } from '../fault.ts';
import { killService } from './kill-service.ts';

/** Every fault there is, in the order they run. */
export const catalogue: readonly Fault[] = [...serviceNames.map(killService)];
