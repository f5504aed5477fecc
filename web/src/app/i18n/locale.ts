import { InjectionToken } from '@angular/core';

/** The person's locale (BCP 47), by which numbers, money and dates are written and read. Always one that Intl takes. */
export const LOCALE = new InjectionToken<string>('LOCALE', {
  providedIn: 'root',
  factory: () => navigator.languages.find(isSupported) ?? 'en',
});

// Browsers hand over what the system is set to, whether it is a tag or not: under LANG=C Chromium says `en-US@posix`.
function isSupported(language: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}
