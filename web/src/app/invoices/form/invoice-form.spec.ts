import { Code, type ConnectError } from '@connectrpc/connect';
import { type CreateInvoiceRequest, InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { member } from '../../../testing/member.ts';
import { screen, shows, until } from '../../../testing/screen.ts';
import { askBeforeLeaving } from '../../forms/unsaved-work.ts';
import * as effects from '../state/invoices.effects.ts';
import { invoicesFeature } from '../state/invoices.feature.ts';
import { InvoiceForm } from './invoice-form.ts';

describe('the invoice form', () => {
  let requests: CreateInvoiceRequest[];
  let refuse: ConnectError | undefined;

  beforeEach(() => {
    requests = [];
    refuse = undefined;
  });

  const open = (role?: OrganizationRole) =>
    openApp({
      page: InvoiceForm,
      path: 'invoices/new',
      canDeactivate: [askBeforeLeaving],
      url: '/invoices/new',
      profile: member(role),
      providers: [provideState(invoicesFeature), provideEffects(effects)],
      api: ({ service }) =>
        service(InvoiceService, {
          createInvoice: (request) => {
            requests.push(request);
            if (refuse) throw refuse;
            return {
              invoice: { id: 'new-one', number: 'INV-1', issuedAt: request.issue ? { seconds: 1n } : undefined },
            };
          },
        }),
    });

  function fill(): void {
    screen.type(screen.field('Client'), 'Acme');
    screen.type(screen.field('Description'), 'Design');
    screen.type(screen.field('Quantity'), '1.5');
    screen.type(screen.field('Unit price'), '0.33');
    screen.type(screen.field('Tax'), '19');
  }

  it('begins today in the organization’s time zone, due in thirty days, in its currency', async () => {
    await open();
    expect(screen.field('Invoice date').value).toBe('2026-03-01');
    expect(screen.field('Due date').value).toBe('2026-03-31');
    expect(screen.field('Currency').value).toBe('USD');
  });

  it('shows the totals as they are typed, rounded as the contract rounds', async () => {
    await open();
    fill();
    await shows('Subtotal $0.50');
    expect(screen.text()).toContain('Tax $0.10');
    expect(screen.text()).toContain('Total $0.60');
  });

  it('refuses more decimals than the currency has', async () => {
    await open();
    fill();
    screen.type(screen.field('Currency'), 'JPY');
    screen.button('Issue invoice').click();
    await until(() => screen.errorOf(screen.field('Unit price')) !== '');
    expect(screen.errorOf(screen.field('Unit price'))).toBe('JPY has no decimals.');
    expect(requests).toEqual([]);
  });

  it('refuses a due date before the invoice date', async () => {
    await open();
    screen.type(screen.field('Due date'), '2026-02-28');
    await until(() => screen.errorOf(screen.field('Due date')) !== '');
    expect(screen.errorOf(screen.field('Due date'))).toBe('Must not be before the invoice date.');
  });

  it('refuses a date of another century', async () => {
    await open();
    screen.type(screen.field('Invoice date'), '1026-01-01');
    await until(() => screen.errorOf(screen.field('Invoice date')) !== '');
    expect(screen.errorOf(screen.field('Invoice date'))).toBe('Choose a date from 1900 to 2199.');
  });

  it.each(['0', '-5'])('says beside a single line’s price that %s is not above zero', async (price) => {
    await open();
    fill();
    screen.type(screen.field('Unit price'), price);
    await until(() => screen.errorOf(screen.field('Unit price')) !== '');
    expect(screen.errorOf(screen.field('Unit price'))).toBe('Enter a price above zero.');
  });

  it('takes a discount beside a larger line', async () => {
    await open();
    fill();
    screen.type(screen.field('Unit price'), '100');
    screen.button('Add line').click();
    await until(() => document.querySelectorAll('li').length === 2);
    screen.type(screen.field('Description', 1), 'Loyalty');
    screen.type(screen.field('Unit price', 1), '-20');
    await shows('Subtotal $130.00');
    expect(screen.errorOf(screen.field('Unit price', 1))).toBe('');
  });

  it.each(['0', '-1'])('says beside the quantity that %s is not above zero', async (quantity) => {
    await open();
    screen.type(screen.field('Quantity'), quantity);
    await until(() => screen.errorOf(screen.field('Quantity')) !== '');
    expect(screen.errorOf(screen.field('Quantity'))).toBe('Must be above zero.');
  });

  it('refuses a total that is not above zero', async () => {
    await open();
    fill();
    screen.type(screen.field('Unit price'), '-5');
    screen.button('Save draft').click();
    await shows('The total must be above zero.');
    expect(requests).toEqual([]);
  });

  it('adds lines taxed like the last, and removes them', async () => {
    await open();
    fill();
    screen.button('Add line').click();
    await until(() => document.querySelectorAll('li[aria-label^="Line"]').length === 2);
    expect(screen.field('Tax', 1).value).toBe('19');
    screen.type(screen.field('Unit price', 1), '10');
    await shows('Subtotal $10.50');
    screen.button('Remove line 1').click();
    await shows('Subtotal $10.00');
  });

  it('sends exact figures and issues, then shows the invoice', async () => {
    const { router, said } = await open();
    fill();
    screen.button('60 days').click();
    screen.button('Issue invoice').click();
    await until(() => router.url === '/invoices/new-one');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      client: 'Acme',
      issueDate: '2026-03-01',
      dueDate: '2026-04-30',
      issue: true,
      lineItems: [
        {
          description: 'Design',
          quantityMilli: 1500n,
          unitPrice: { currencyCode: 'USD', amountMinor: 33n },
          taxRateBps: 1900,
        },
      ],
    });
    expect(said).toEqual(['Invoice INV-1 issued.']);
  });

  it('saves a draft without issuing it', async () => {
    const { router, said } = await open();
    fill();
    screen.button('Save draft').click();
    await until(() => router.url === '/invoices/new-one');
    expect(requests[0]?.issue).toBe(false);
    expect(said).toEqual(['Draft INV-1 saved.']);
  });

  it('shows what the service refuses beside the line it is about, and keeps what was typed', async () => {
    refuse = refusal(Code.InvalidArgument, 'INVALID_REQUEST', {
      fields: { 'line_items[0].unit_price.amount_minor': 'must be less' },
    });
    await open();
    fill();
    screen.button('Issue invoice').click();
    await until(() => screen.errorOf(screen.field('Unit price')) !== '');
    expect(screen.errorOf(screen.field('Unit price'))).toBe('Must be less.');
    expect(screen.field('Client').value).toBe('Acme');
  });

  it('says what the service refuses of what no field shows, and the rest beside its field', async () => {
    refuse = refusal(Code.InvalidArgument, 'INVALID_REQUEST', {
      fields: {
        'line_items[0].unit_price.amount_minor': 'must be less',
        'line_items[0].account_id': 'is unknown',
        request_id: 'must be shorter',
      },
    });
    await open();
    fill();
    screen.button('Issue invoice').click();
    await until(() => screen.errorOf(screen.field('Unit price')) !== '');
    expect(document.querySelector('ff-problem .words')?.textContent?.trim().split('\n')).toEqual([
      'Line items 1, account id: Is unknown.',
      'Request id: Must be shorter.',
    ]);
  });

  it.each([
    ['due_date', 'Due date', 'must not be before the issue date, 2026-03-01'],
    ['issue_date', 'Invoice date', 'must not be after the due date, 2026-02-01'],
  ])('says of %s what is wrong with that one of two dates', async (path, label, words) => {
    refuse = refusal(Code.InvalidArgument, 'DUE_BEFORE_ISSUE', { fields: { [path]: words } });
    await open();
    fill();
    screen.button('Issue invoice').click();
    await until(() => screen.errorOf(screen.field(label)) !== '');
    expect(screen.errorOf(screen.field(label))).toBe(`M${words.slice(1)}.`);
    expect(document.querySelector('ff-problem')).toBeNull();
  });

  it('sends the same request id again after a lost answer', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE', { message: 'Not now.' });
    const { router } = await open();
    fill();
    screen.button('Issue invoice').click();
    await shows('Not now.');
    refuse = undefined;
    screen.button('Issue invoice').click();
    await until(() => router.url === '/invoices/new-one');
    expect(requests[1]?.requestId).toBe(requests[0]?.requestId);
  });

  it('is left without a question while nothing is typed', async () => {
    const { router } = await open();
    await router.navigateByUrl('/elsewhere');
    expect(router.url).toBe('/elsewhere');
  });

  it('asks before what was typed is lost, and keeps it when the person stays', async () => {
    const { router } = await open();
    fill();
    const stayed = router.navigateByUrl('/elsewhere');
    await shows('Leave without saving?');
    screen.button('Stay here').click();
    expect(await stayed).toBe(false);
    expect(screen.field('Client').value).toBe('Acme');
    const left = router.navigateByUrl('/elsewhere');
    await shows('Leave without saving?');
    screen.button('Leave').click();
    expect(await left).toBe(true);
  });

  it('has the browser ask before it closes the window, only while something is typed', async () => {
    await open();
    const closing = () => {
      const event = new Event('beforeunload', { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(closing()).toBe(false);
    screen.type(screen.field('Client'), 'Acme');
    await until(closing);
    screen.type(screen.field('Client'), '');
    await until(() => !closing());
  });

  it('gives back what was typed to who signs in again after the session ended', async () => {
    const { router, endSession, signIn } = await open();
    fill();
    await endSession();
    expect(router.url).toBe('/login');
    signIn(member());
    await router.navigateByUrl('/invoices/new');
    await shows('Subtotal $0.50');
    expect(screen.field('Client').value).toBe('Acme');
    // Given back once: the next invoice begins empty.
    void router.navigateByUrl('/elsewhere');
    await shows('Leave without saving?');
    screen.button('Leave').click();
    await until(() => router.url === '/elsewhere');
    await router.navigateByUrl('/invoices/new');
    await shows('New invoice');
    expect(screen.field('Client').value).toBe('');
  });

  it('sends the same request id when the answer and then the session was lost', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE', { message: 'Not now.' });
    const { router, endSession, signIn } = await open();
    fill();
    screen.button('Issue invoice').click();
    await shows('Not now.');
    await endSession();
    refuse = undefined;
    signIn(member());
    await router.navigateByUrl('/invoices/new');
    await shows('New invoice');
    screen.button('Issue invoice').click();
    await until(() => router.url === '/invoices/new-one');
    expect(requests[1]?.requestId).toBe(requests[0]?.requestId);
  });

  it('gives what one person typed to no other', async () => {
    const { router, endSession, signIn } = await open();
    fill();
    await endSession();
    const other = member();
    signIn({ ...other, me: { ...other.me, id: 'other' } });
    await router.navigateByUrl('/invoices/new');
    await shows('New invoice');
    expect(screen.field('Client').value).toBe('');
  });

  it('offers nothing to who may only look', async () => {
    await open(OrganizationRole.VIEWER);
    expect(screen.hasButton('Issue invoice')).toBe(false);
    expect(screen.hasButton('Save draft')).toBe(false);
  });
});
