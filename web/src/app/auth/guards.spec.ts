import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, RouterOutlet } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { create } from '@bufbuild/protobuf';
import { GetMeResponseSchema } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provideState, provideStore, Store } from '@ngrx/store';
import { signedIn, signedOut } from './guards.ts';
import { SessionActions } from './state/auth.actions.ts';
import { authFeature } from './state/auth.feature.ts';

@Component({ selector: 'ff-page', template: 'page' })
class Page {}

@Component({ selector: 'ff-frame', imports: [RouterOutlet], template: '<router-outlet />' })
class Frame {}

describe('guards', () => {
  let loads: number;

  beforeEach(() => {
    loads = 0;
    TestBed.configureTestingModule({
      providers: [
        provideStore(),
        provideState(authFeature),
        provideRouter([
          { path: 'login', canActivate: [signedOut], component: Page },
          {
            path: '',
            canMatch: [signedIn],
            component: Frame,
            children: [
              { path: '', pathMatch: 'full', component: Page },
              {
                path: 'invoices',
                loadComponent: () => {
                  loads += 1;
                  return Promise.resolve(Page);
                },
              },
            ],
          },
        ]),
      ],
    });
  });

  const store = () => TestBed.inject(Store);
  const profile = { me: create(GetMeResponseSchema, { id: 'u' }), organization: null };

  it('send who is not signed in to sign in and back, and load nothing for them', async () => {
    store().dispatch(SessionActions.absent());
    await RouterTestingHarness.create('/invoices?status=overdue');
    expect(TestBed.inject(Router).url).toBe('/login?returnTo=%2Finvoices%3Fstatus%3Doverdue');
    expect(loads).toBe(0);
  });

  it('let in who is signed in', async () => {
    store().dispatch(SessionActions.restored({ profile }));
    await RouterTestingHarness.create('/invoices');
    expect(TestBed.inject(Router).url).toBe('/invoices');
    expect(loads).toBe(1);
  });

  it('keep the sign-in page from who is signed in', async () => {
    store().dispatch(SessionActions.restored({ profile }));
    await RouterTestingHarness.create('/login');
    expect(TestBed.inject(Router).url).toBe('/');
  });

  it('wait until it is known who is there', async () => {
    const arrived = RouterTestingHarness.create('/invoices');
    expect(loads).toBe(0);
    store().dispatch(SessionActions.restored({ profile }));
    await arrived;
    expect(TestBed.inject(Router).url).toBe('/invoices');
  });
});
