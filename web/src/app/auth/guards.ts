import { inject } from '@angular/core';
import { type CanActivateFn, type CanMatchFn, Router } from '@angular/router';
import { Store } from '@ngrx/store';
import { filter, map, take } from 'rxjs';
import { authFeature } from './state/auth.feature.ts';

// Until it is known who is there, a guard waits rather than showing the sign-in page for a moment.
const settledStatus = () =>
  inject(Store)
    .select(authFeature.selectStatus)
    .pipe(
      filter((status) => status === 'signedIn' || status === 'signedOut'),
      take(1),
    );

/** Lets in who is signed in; sends everybody else to sign in and back again. Nothing behind it is even downloaded. */
export const signedIn: CanMatchFn = () => {
  const router = inject(Router);
  // What was asked for, query and all: the segments a matcher gets have lost it.
  const wanted = router.currentNavigation()?.extractedUrl.toString() ?? '/';
  return settledStatus().pipe(
    map((status) =>
      status === 'signedIn'
        ? true
        : router.createUrlTree(['/login'], { queryParams: wanted === '/' ? {} : { returnTo: wanted } }),
    ),
  );
};

/** Lets in who is not signed in, for the sign-in and registration pages. */
export const signedOut: CanActivateFn = () => {
  const router = inject(Router);
  return settledStatus().pipe(map((status) => (status === 'signedOut' ? true : router.createUrlTree(['/']))));
};
