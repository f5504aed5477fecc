import { inject } from '@angular/core';
import { NavigationEnd, type NavigationError, Router } from '@angular/router';
import { filter, take } from 'rxjs';
import { Notices } from '../ui/notices.ts';
import { LostParts } from './lost-parts.ts';
import { LostPart } from './part.ts';

/** Brings back a page that did not load, or says why not. All other errors of a navigation are left to be reported. */
export function recoverLostPage({ error, url }: NavigationError): void {
  if (error instanceof LostPart) inject(LostParts).recover(url);
}

/** Makes ready, once the first page is there, to say that FinFlow cannot be reached: by then it is too late to load how. */
export function prepareForLostPages(): void {
  const notices = inject(Notices);
  inject(Router)
    .events.pipe(
      filter((event) => event instanceof NavigationEnd),
      take(1),
    )
    .subscribe(() => void notices.prepare());
}
