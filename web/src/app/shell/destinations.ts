import type { IconName } from '../ui/icon/paths.ts';

export interface Destination {
  readonly path: string;
  readonly label: string;
  readonly icon: IconName;
  /** The same icon filled: where we are. */
  readonly activeIcon: IconName;
}

/** The areas of the app in the order of the navigation. */
export const destinations: readonly Destination[] = [
  { path: '/dashboard', label: 'Dashboard', icon: 'space_dashboard', activeIcon: 'space_dashboard-fill' },
  { path: '/invoices', label: 'Invoices', icon: 'receipt_long', activeIcon: 'receipt_long-fill' },
  { path: '/payments', label: 'Payments', icon: 'credit_card', activeIcon: 'credit_card-fill' },
  { path: '/settings', label: 'Settings', icon: 'settings', activeIcon: 'settings-fill' },
];
