import { createHash } from 'node:crypto';
import { calendarDate, systemClock } from '@finflow/chassis/clock';
import type { RequestKey } from '@finflow/chassis/idempotency';
import type { Member } from '@finflow/chassis/identity';
import type { Platform } from '../platform.ts';
import type { DemoClock } from './clock.ts';
import { type DemoInvoice, type DemoMonth, type DemoPayment, demoScenario } from './scenario.ts';

/** Who owns the demo company. The password is public, so the demo is for a machine of one's own. */
export const demoLogin = { email: 'demo@finflow.example', password: 'finflow-demo-2026' } as const;

const companyName = 'Brightwater Studio';
const openingBalanceMinor = 15_000_000n;
/** Invoices made at a time: enough to keep both the database and this process busy. */
const atOnce = 12;

/**
 * Makes the demo company through the services' own commands: what it shows is what the platform does. Every step has a
 * request id of its own, so a run that was cut short goes on where it ended.
 *
 * @param report told how much is done, from 0 to 1; what it throws ends the making
 */
export async function makeDemoCompany(
  platform: Platform,
  clock: DemoClock,
  report: (fraction: number) => void,
): Promise<void> {
  // By its dates, whatever the demo has in hand looks as if it had waited for the processor for years.
  await platform.payments.reconciliation.stop();
  await makeHistory(platform, clock, report);
  platform.payments.reconciliation.start();
}

async function makeHistory(platform: Platform, clock: DemoClock, report: (fraction: number) => void): Promise<void> {
  const today = calendarDate(systemClock.now(), 'UTC');
  const months = demoScenario(today);
  const founded = months[0]?.month ?? today;
  const owner = await signUp(platform, clock, founded);
  // Its books are open when its event has arrived; commands of this process do not wait for that as requests do.
  await platform.settled();
  const demo = new DemoCompany(platform, clock, owner);
  await demo.openBooks(founded);
  await demo.invoice(months, (fraction) => report(0.8 * fraction));
  await demo.bank(months, today, (fraction) => report(0.8 + 0.15 * fraction));
  await platform.settled();
  await platform.accounting.commands.markOverdue();
  await platform.settled();
  report(1);
}

async function signUp({ auth }: Platform, clock: DemoClock, founded: string): Promise<Member> {
  const origin = { address: '127.0.0.1', userAgent: 'FinFlow demo' };
  await clock.on(founded, () =>
    auth.commands.register({
      ...demoLogin,
      organizationName: companyName,
      currencyCode: 'USD',
      timeZone: 'UTC',
      address: origin.address,
      key: keyOf('register'),
    }),
  );
  const { accessToken } = await auth.commands.login({ ...demoLogin, organizationId: undefined, origin });
  return (await auth.commands.verify(accessToken)) as Member;
}

class DemoCompany {
  readonly #platform: Platform;
  readonly #clock: DemoClock;
  readonly #owner: Member;
  /** First day of a month → what cards brought in on that month's invoices. */
  readonly #collected = new Map<string, bigint>();

  constructor(platform: Platform, clock: DemoClock, owner: Member) {
    this.#platform = platform;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** What the owner brought in. */
  async openBooks(date: string): Promise<void> {
    await this.#post(date, 'Opening capital', '1000', '3000', openingBalanceMinor, 'opening');
  }

  /** Every invoice with its payments and refunds. */
  async invoice(months: readonly DemoMonth[], report: (fraction: number) => void): Promise<void> {
    const invoices = months.flatMap(({ month, invoices }) => invoices.map((invoice) => ({ month, invoice })));
    let done = 0;
    await inParallel(invoices, async ({ month, invoice }, index) => {
      const collected = await this.#invoice(invoice, index);
      this.#collected.set(month, (this.#collected.get(month) ?? 0n) + collected);
      done += 1;
      report(done / invoices.length);
    });
  }

  /** Every month's bank statement, and the card processor's payouts. */
  async bank(months: readonly DemoMonth[], today: string, report: (fraction: number) => void): Promise<void> {
    const { analytics } = this.#platform;
    let done = 0;
    await inParallel(months, async ({ month, statement }) => {
      const transactions = statement.map(({ amountMinor, ...rest }) => ({ ...rest, amount: usd(amountMinor) }));
      await this.#clock.on(month, () =>
        analytics.commands.categorizeTransactions(this.#owner, transactions, keyOf(`statement-${month}`)),
      );
      const [payout, date] = [this.#collected.get(month) ?? 0n, `${month.slice(0, 7)}-28`];
      if (payout > 0n && date <= today) {
        await this.#post(date, 'Card payout to the bank', '1000', '1050', payout, `payout-${month}`);
      }
      done += 1;
      report(done / months.length);
    });
  }

  /** Issues an invoice and does what its payer does; gives what reached the card clearing account. */
  async #invoice(invoice: DemoInvoice, index: number): Promise<bigint> {
    const { accounting } = this.#platform;
    const number = `INV-${invoice.issueDate.slice(0, 4)}-${String(index + 1).padStart(4, '0')}`;
    const { id, totalMinor } = await this.#clock.on(invoice.issueDate, () =>
      accounting.commands.createInvoice(
        this.#owner,
        {
          client: invoice.client,
          clientEmail: invoice.clientEmail,
          issueDate: invoice.issueDate,
          dueDate: invoice.dueDate,
          notes: invoice.notes,
          number,
          issue: true,
          lineItems: invoice.lines.map(({ unitPriceMinor, ...line }) => ({
            ...line,
            unitPrice: usd(unitPriceMinor),
            taxRateBps: 0,
          })),
        },
        keyOf(`invoice-${index}`),
      ),
    );
    let collected = 0n;
    for (const [attempt, payment] of invoice.payments.entries()) {
      const amountMinor = ((totalMinor - collected) * BigInt(payment.percent)) / 100n;
      const order = { amountMinor, invoiceId: id, description: `${number}, ${invoice.client}` };
      collected += await this.#pay(payment, order, `${index}-${attempt}`);
    }
    return collected;
  }

  /** Gives what was collected and not given back. */
  async #pay(
    { date, source, refund }: DemoPayment,
    { amountMinor, ...order }: { amountMinor: bigint; invoiceId: string; description: string },
    name: string,
  ): Promise<bigint> {
    const { payments } = this.#platform;
    const payment = await this.#clock.on(
      date,
      () =>
        payments.commands.createPayment(this.#owner, {
          ...order,
          amount: usd(amountMinor),
          source,
          metadata: {},
          key: keyOf(`payment-${name}`),
        }),
      workingTime(name),
    );
    if (payment.status === 'FAILED') return 0n;
    if (!refund) return amountMinor;
    const refunded = (amountMinor * BigInt(refund.percent)) / 100n;
    await this.#clock.on(
      refund.date,
      () =>
        payments.commands.refundPayment(this.#owner, {
          paymentId: payment.id,
          amount: usd(refunded),
          reason: refund.reason,
          key: keyOf(`refund-${name}`),
        }),
      workingTime(`refund-${name}`),
    );
    return amountMinor - refunded;
  }

  async #post(
    date: string,
    description: string,
    debitAccount: string,
    creditAccount: string,
    amountMinor: bigint,
    name: string,
  ): Promise<void> {
    const { accounting } = this.#platform;
    await this.#clock.on(date, () =>
      accounting.commands.postJournalEntry(this.#owner.organizationId, {
        userId: this.#owner.userId,
        date,
        description,
        debitAccount,
        creditAccount,
        amount: usd(amountMinor),
        lines: [],
        invoiceId: '',
        key: keyOf(name),
      }),
    );
  }
}

/** Works through the items in their order, a few at a time. When one fails, those under way end and no more begin. */
async function inParallel<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = items.entries();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const [index, item] of queue) {
      if (failures.length === 0) await work(item, index).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}

function usd(amountMinor: bigint) {
  return { currencyCode: 'USD', amountMinor };
}

/** A time of day at which people work, the same for the same step at every start. */
function workingTime(name: string): string {
  const [hour = 0, minute = 0] = createHash('sha256').update(name).digest();
  return `${String(7 + (hour % 12)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** The same step has the same key at every start; the scenario decides its body, so the name alone is hashed. */
function keyOf(name: string): RequestKey {
  return { method: 'finflow.demo', requestId: name, bodyHash: createHash('sha256').update(name).digest() };
}
