import { DOCUMENT } from '@angular/common';
import { inject } from '@angular/core';
import { type NavigationError, Router } from '@angular/router';

/**
 * Loads the whole app anew when a page of it cannot be: most likely a new version was deployed, and the parts that this one
 * would load are gone. Not at the start, where that would be tried for ever.
 */
export function reloadLostPage({ url }: NavigationError): void {
  if (inject(Router).navigated) inject(DOCUMENT).location.assign(url);
}
