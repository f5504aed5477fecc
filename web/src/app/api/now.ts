import { InjectionToken } from '@angular/core';

/** The clock: milliseconds since 1970. Injected, so that tests choose the time. */
export const NOW = new InjectionToken<() => number>('NOW', { providedIn: 'root', factory: () => () => Date.now() });
