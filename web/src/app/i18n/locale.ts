import { InjectionToken } from '@angular/core';

/** The person's locale (BCP 47), by which numbers, money and dates are written and read. */
export const LOCALE = new InjectionToken<string>('LOCALE', {
  providedIn: 'root',
  factory: () => navigator.language || 'en-US',
});
