import type { ConnectError } from '@connectrpc/connect';
import { Code } from '@connectrpc/connect';
import {
  InvoiceService,
  InvoiceStatus,
  type ListInvoicesRequest,
} from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { member } from '../../../testing/member.ts';
import { screen, shows, until } from '../../../testing/screen.ts';
import * as effects from '../state/invoices.effects.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';
import { InvoicesList } from './invoices-list.ts';

const total = 60;

describe('the list of invoices', () => {
  let requests: ListInvoicesRequest[];
  let count: number;
  let refuse: ConnectError | undefined;

  beforeEach(() => {
    requests = [];
    count = total;
    refuse = undefined;
  });

  const open = (url = '/invoices', role?: OrganizationRole) =>
    openApp({
      page: InvoicesList,
      path: 'invoices',
      url,
      profile: member(role),
      providers: [provideState(invoicesFeature), provideEffects(effects)],
      api: ({ service }) =>
        service(InvoiceService, {
          listInvoices: (request) => {
            requests.push(request);
            if (refuse) throw refuse;
            if (!/^\d*$/.test(request.pageToken))
              throw refusal(Code.InvalidArgument, 'INVALID_PAGE_TOKEN', { fields: { page_token: 'not of this list' } });
            const from = Number(request.pageToken || 0);
            const shown = Array.from({ length: Math.min(request.pageSize, count - from) }, (_, i) => ({
              id: `${from + i}`,
              number: `INV-${from + i + 1}`,
              client: 'Acme',
              status: InvoiceStatus.OVERDUE,
              amount: { currencyCode: 'USD', amountMinor: BigInt(100 + i) },
              dueDate: '2026-02-01',
              issueDate: '2026-01-01',
            }));
            const next = from + shown.length;
            return { invoices: shown, nextPageToken: next < count ? String(next) : '', totalSize: count };
          },
        }),
    });

  const latest = () => requests.at(-1);

  it('shows what the address bar says', async () => {
    await open('/invoices?q=acme&status=overdue,pending&sort=due_date%20desc');
    await shows('INV-1');
    expect(latest()).toMatchObject({
      query: 'acme',
      statuses: [InvoiceStatus.PENDING, InvoiceStatus.OVERDUE],
      orderBy: 'due_date desc',
      pageToken: '',
      pageSize: 25,
    });
  });

  it('passes over what it does not understand', async () => {
    await open(`/invoices?status=foo&status=paid&page=99&sort=evil&q=${'long'.repeat(51)}`);
    await shows('1–25 of 60');
    expect(latest()).toMatchObject({ query: '', statuses: [], orderBy: '', pageToken: '' });
  });

  it('shows the first page when the service does not know the token of the page', async () => {
    const { router } = await open('/invoices?q=acme&after=forged&page=3');
    await shows('1–25 of 60');
    expect(router.url).toBe('/invoices?q=acme');
    expect(screen.hasButton('Try again')).toBe(false);
  });

  it('pages on and back, in the address bar', async () => {
    const { router } = await open();
    await shows('1–25 of 60');
    screen.button('Next page').click();
    await shows('26–50 of 60');
    screen.button('Next page').click();
    await shows('51–60 of 60');
    expect(router.url).toBe('/invoices?after=50&page=3');
    expect(screen.button('Next page').getAttribute('aria-disabled')).toBe('true');
    screen.button('Previous page').click();
    await shows('26–50 of 60');
    screen.button('Previous page').click();
    await shows('1–25 of 60');
    expect(router.url).toBe('/invoices');
  });

  it('leads who came by a link back to the first page', async () => {
    const { router } = await open('/invoices?after=50&page=3');
    await shows('51–60 of 60');
    screen.button('Previous page').click();
    await shows('1–25 of 60');
    expect(router.url).toBe('/invoices');
  });

  it('starts from the first page when a filter changes', async () => {
    const { router } = await open('/invoices?after=25&page=2');
    await shows('26–50 of 60');
    screen.button('Overdue').click();
    await shows('1–25 of 60');
    expect(router.url).toBe('/invoices?status=overdue');
    expect(screen.button('Overdue').getAttribute('aria-pressed')).toBe('true');
  });

  it('sorts by a column, then the other way, then not', async () => {
    const { router } = await open();
    await shows('INV-1');
    const sort = async (url: string) => {
      const header = [...document.querySelectorAll<HTMLElement>('th')].find(
        ({ textContent }) => textContent?.trim() === 'Due',
      );
      header?.querySelector<HTMLElement>('.mat-sort-header-container')?.click();
      await until(() => router.url === url);
    };
    await sort('/invoices?sort=due_date');
    await sort('/invoices?sort=due_date%20desc');
    await sort('/invoices');
  });

  it('searches when the person presses Enter', async () => {
    const { router } = await open();
    await shows('INV-1');
    const box = document.querySelector<HTMLInputElement>('input[type="search"]');
    if (!box) throw new Error('There is no search box.');
    box.value = ' acme ';
    box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    await until(() => router.url === '/invoices?q=acme');
    await until(() => latest()?.query === 'acme');
  });

  it('leads a new company to its first invoice', async () => {
    count = 0;
    await open();
    await shows('Your first invoice');
    expect(screen.button('New invoice').getAttribute('href')).toBe('/invoices/new');
  });

  it('says when nothing matches, and clears the filters', async () => {
    count = 0;
    const { router } = await open('/invoices?q=nothing');
    await shows('No invoice matches');
    screen.button('Clear filters').click();
    await until(() => router.url === '/invoices');
  });

  it('says what failed and tries again', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE', { message: 'Accounting is restarting.' });
    await open();
    await shows('Accounting is restarting.');
    refuse = undefined;
    screen.button('Try again').click();
    await shows('1–25 of 60');
  });

  it('offers no new invoice to who may only look', async () => {
    await open('/invoices', OrganizationRole.VIEWER);
    await shows('INV-1');
    expect(screen.hasButton('New invoice')).toBe(false);
  });
});
