import { DOCUMENT } from '@angular/common';
import { Injectable, InjectionToken, inject } from '@angular/core';
import { NavigationStart, Router } from '@angular/router';
import { catchError, filter, map, of, takeUntil, timeout } from 'rxjs';
import { call } from '../api/call.ts';
import { unreachableMessage } from '../api/problem.ts';
import { Notices } from '../ui/notices.ts';

/** Leaves this page for another load of the app. */
export const RELOAD = new InjectionToken<(url: string) => void>('RELOAD', {
  providedIn: 'root',
  factory: () => {
    const { location } = inject(DOCUMENT);
    return (url) => location.assign(url);
  },
});

// A person who clicked waits for nothing else, and a page is answered from memory.
const answerMs = 5_000;

/** What to do when a part of the app does not load. */
@Injectable({ providedIn: 'root' })
export class LostParts {
  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  private readonly reload = inject(RELOAD);

  /**
   * Loads the whole app anew at an address when its page answers: then most likely a new version was deployed, and the
   * part is gone; some browsers also remember a failed import for as long as the page lives. When it does not answer,
   * only says so: a reload would end in the browser's own error page, with all that was typed.
   */
  recover(url: string): void {
    // At the start a reload would be tried for ever.
    const { navigated } = this.router;
    const wentElsewhere = this.router.events.pipe(filter((event) => event instanceof NavigationStart));
    call((options) => fetch(url, { ...options, method: 'HEAD', cache: 'no-store' }))
      .pipe(
        timeout(answerMs),
        map(({ ok }) => ok),
        catchError(() => of(false)),
        takeUntil(wentElsewhere),
      )
      .subscribe((answers) => (answers && navigated ? this.reload(url) : this.notices.say(unreachableMessage)));
  }
}
