import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter, Router, type Routes, withNavigationErrorHandler } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../testing/screen.ts';
import { Dialogs } from '../ui/dialogs.ts';
import { Notices } from '../ui/notices.ts';
import { prepareForLostPages, recoverLostPage } from './lost-page.ts';
import { RELOAD } from './lost-parts.ts';
import { part } from './part.ts';

@Component({ selector: 'ff-page', template: 'page' })
class Page {}

const unreachable = 'FinFlow can’t be reached right now. Check your connection and try again.';
/** jsdom has no Response of its own. */
const answerOf = (status: number) => ({ ok: status < 300 }) as Response;
const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

describe('a part of the app that does not load', () => {
  let answer: () => Promise<Response>;
  let asked: string[];
  let reloads: string[];
  let said: string[];
  let prepared: number;

  beforeEach(() => {
    answer = () => Promise.resolve(answerOf(200));
    asked = [];
    reloads = [];
    said = [];
    prepared = 0;
    globalThis.fetch = (url, init) => {
      asked.push(`${init?.method} ${url}`);
      return answer();
    };
    const routes: Routes = [
      { path: 'home', component: Page },
      { path: 'other', component: Page },
      { path: 'page', loadComponent: part<typeof Page>(gone) },
      { path: 'area', loadChildren: part<Routes>(gone) },
      {
        path: 'guarded',
        component: Page,
        canActivate: [
          () => {
            throw new TypeError('a mistake of ours');
          },
        ],
      },
    ];
    TestBed.configureTestingModule({
      providers: [
        provideRouter(routes, withNavigationErrorHandler(recoverLostPage)),
        { provide: RELOAD, useValue: (url: string) => reloads.push(url) },
        {
          provide: Notices,
          useValue: {
            say: (message: string) => said.push(message),
            prepare: () => {
              prepared += 1;
            },
          },
        },
      ],
    });
  });

  const visit = (url: string) => TestBed.inject(Router).navigateByUrl(url);
  const fails = (url: string) => expect(visit(url)).rejects.toThrow();

  it.each(['/page?of=2', '/area'])('is fetched with the whole app when %s answers', async (url) => {
    await RouterTestingHarness.create('/home');
    await fails(url);
    await until(() => reloads.length > 0);
    expect(asked).toEqual([`HEAD ${url}`]);
    expect(reloads).toEqual([url]);
    expect(said).toEqual([]);
  });

  it.each([
    ['nobody answers', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['a gateway answers for who is down', () => Promise.resolve(answerOf(503))],
  ])('leads nowhere when %s, and says so', async (_, unanswered) => {
    answer = unanswered;
    await RouterTestingHarness.create('/home');
    await fails('/page');
    await until(() => said.length > 0);
    expect(said).toEqual([unreachable]);
    expect(reloads).toEqual([]);
    expect(TestBed.inject(Router).url).toBe('/home');
  });

  it('is told from a mistake in a guard, which is no reason to leave', async () => {
    await RouterTestingHarness.create('/home');
    await expect(visit('/guarded')).rejects.toThrow('a mistake of ours');
    expect(asked).toEqual([]);
  });

  it('is not fetched for who has gone elsewhere in the meantime', async () => {
    let arrive = (_: Response): void => undefined;
    answer = () =>
      new Promise((resolve) => {
        arrive = resolve;
      });
    await RouterTestingHarness.create('/home');
    await fails('/page');
    await visit('/other');
    arrive(answerOf(200));
    await fails('/area');
    arrive(answerOf(200));
    await until(() => reloads.length > 0);
    expect(reloads).toEqual(['/area']);
  });

  it('is not fetched over and over when it is the first', async () => {
    await expect(RouterTestingHarness.create('/page')).rejects.toThrow();
    await until(() => said.length > 0);
    expect(said).toEqual([unreachable]);
    expect(reloads).toEqual([]);
  });

  it('may be a dialog: who has opened it stays on the page', async () => {
    answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await RouterTestingHarness.create('/home');
    expect(await TestBed.inject(Dialogs).open(gone, null)).toBeUndefined();
    await until(() => said.length > 0);
    expect(said).toEqual([unreachable]);
  });

  it('finds the words ready that say so, loaded after the first page', async () => {
    TestBed.runInInjectionContext(prepareForLostPages);
    expect(prepared).toBe(0);
    await RouterTestingHarness.create('/home');
    await visit('/other');
    expect(prepared).toBe(1);
  });
});
