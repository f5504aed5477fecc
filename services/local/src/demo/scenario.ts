import { addDays, addMonths } from '@finflow/chassis/clock';
import { type Random, seededRandom } from './random.ts';

/** One line of a demo invoice; amounts are minor units of US dollars before tax. */
export interface DemoLine {
  readonly description: string;
  readonly quantityMilli: bigint;
  readonly unitPriceMinor: bigint;
}

/** How an invoice's payment goes. Dates are calendar dates in UTC. */
export interface DemoPayment {
  readonly date: string;
  /** One of Stripe's published test tokens. */
  readonly source: string;
  /** The part of what is due, in percent; less than 100 leaves the invoice partially paid. */
  readonly percent: number;
  readonly refund?: { readonly date: string; readonly percent: number; readonly reason: string };
}

export interface DemoInvoice {
  readonly client: string;
  readonly clientEmail: string;
  readonly issueDate: string;
  readonly dueDate: string;
  readonly lines: readonly DemoLine[];
  readonly notes: string;
  readonly payments: readonly DemoPayment[];
}

/** A line of the company's bank statement; outflows are negative. */
export interface DemoTransaction {
  readonly date: string;
  readonly description: string;
  readonly amountMinor: bigint;
}

/** Everything that happened to the demo company, month by month. */
export interface DemoMonth {
  /** First day of the month. */
  readonly month: string;
  readonly invoices: readonly DemoInvoice[];
  readonly statement: readonly DemoTransaction[];
}

const months = 36;
const seed = 20_260;

const clients = [
  { name: 'Alder & Quill Publishing', retainerMinor: 620_000 },
  { name: 'Bayside Dental Group', retainerMinor: 480_000 },
  { name: 'Copperline Logistics', retainerMinor: 890_000 },
  { name: 'Driftwood Hotels', retainerMinor: 0 },
  { name: 'Evergreen Schools Trust', retainerMinor: 540_000 },
  { name: 'Fenwick Instruments', retainerMinor: 0 },
  { name: 'Goldfinch Bakery', retainerMinor: 0 },
  { name: 'Highmark Architects', retainerMinor: 0 },
  { name: 'Ironbridge Cycles', retainerMinor: 0 },
  { name: 'Juniper Health', retainerMinor: 0 },
  { name: 'Kestrel Aviation', retainerMinor: 0 },
  { name: 'Lantern Film School', retainerMinor: 0 },
] as const;

const projects = [
  'Website redesign',
  'Brand workshop',
  'Campaign production',
  'Design system',
  'Annual report',
  'Product photography',
];
const cards = ['tok_visa', 'tok_mastercard', 'tok_amex', 'tok_visa_debit'];
const declines = ['tok_chargeDeclined', 'tok_chargeDeclinedInsufficientFunds', 'tok_chargeDeclinedExpiredCard'];

/** Share of an ordinary month, January first: a quiet August, a busy autumn. */
const season = [0.92, 0.95, 1.04, 1.02, 1.06, 1.0, 0.93, 0.8, 1.08, 1.12, 1.14, 1.02];

/** Thirty-six whole months and the one under way, up to `today`; the same for the same day. */
export function demoScenario(today: string): DemoMonth[] {
  const random = seededRandom(seed);
  const first = addMonths(`${today.slice(0, 7)}-01`, -months);
  return Array.from({ length: months + 1 }, (_, index) => {
    const month = addMonths(first, index);
    const past = <T extends { readonly date: string }>(item: T) => item.date <= today;
    return {
      month,
      invoices: invoicesOf(month, index, random)
        .filter((invoice) => invoice.issueDate <= today)
        .map((invoice) => ({
          ...invoice,
          payments: invoice.payments.filter(past).map((payment) => withoutFuture(payment, today)),
        })),
      statement: statementOf(month, index, random).filter(past),
    };
  });
}

function withoutFuture(payment: DemoPayment, today: string): DemoPayment {
  if (!payment.refund || payment.refund.date <= today) return payment;
  const { refund: _, ...rest } = payment;
  return rest;
}

function invoicesOf(month: string, index: number, random: Random): DemoInvoice[] {
  const growth = 1.011 ** index * (season[Number(month.slice(5, 7)) - 1] ?? 1);
  const retainers = clients
    .filter((client) => client.retainerMinor > 0)
    .map((client) => {
      const raise = 1 + 0.05 * Math.floor(index / 12);
      const line = {
        description: 'Monthly retainer',
        quantityMilli: 1000n,
        unitPriceMinor: roundMinor(client.retainerMinor * raise),
      };
      return invoice(client.name, month, [line], random);
    });
  const count = Math.max(1, Math.round(random.normal(2.6 * growth, 0.7)));
  const work = Array.from({ length: count }, () => {
    const days = random.integer(5, 22);
    const lines: DemoLine[] = [
      {
        description: random.pick(projects),
        quantityMilli: BigInt(days) * 1000n,
        unitPriceMinor: roundMinor(random.normal(68_000, 6_000)),
      },
    ];
    if (random.chance(0.3)) {
      lines.push({
        description: 'Travel and materials',
        quantityMilli: 1000n,
        unitPriceMinor: roundMinor(random.normal(42_000, 9_000)),
      });
    }
    return invoice(random.pick(clients).name, addDays(month, random.integer(1, 26)), lines, random);
  });
  return [...retainers, ...work].sort((a, b) => a.issueDate.localeCompare(b.issueDate));
}

function invoice(client: string, issueDate: string, lines: DemoLine[], random: Random): DemoInvoice {
  const terms = random.pick([14, 30, 30]);
  const dueDate = addDays(issueDate, terms);
  return {
    client,
    clientEmail: `accounts@${client.toLowerCase().replaceAll(/[^a-z]+/g, '-')}.example`,
    issueDate,
    dueDate,
    lines,
    notes: random.chance(0.25) ? 'Thank you for your business.' : '',
    payments: paymentsOf(issueDate, dueDate, random),
  };
}

/** Most pay about on time, some late, a few twice after a refused card, a few in two parts; one in thirty never. */
function paymentsOf(issueDate: string, dueDate: string, random: Random): DemoPayment[] {
  if (random.chance(0.033)) return [];
  const late = random.chance(0.22) ? random.integer(4, 38) : random.integer(-9, 2);
  const due = addDays(dueDate, late);
  const date = due > issueDate ? due : addDays(issueDate, 1);
  const source = random.pick(cards);
  const refusedFirst: DemoPayment[] = random.chance(0.06)
    ? [{ date, source: random.pick(declines), percent: 100 }]
    : [];
  const paidOn = refusedFirst.length > 0 ? addDays(date, random.integer(1, 4)) : date;
  if (random.chance(0.04)) {
    return [
      ...refusedFirst,
      { date: paidOn, source, percent: 50 },
      { date: addDays(paidOn, 20), source, percent: 100 },
    ];
  }
  const refund = random.chance(0.03)
    ? {
        date: addDays(paidOn, random.integer(3, 20)),
        percent: random.pick([20, 50, 100]),
        reason: 'requested_by_customer',
      }
    : undefined;
  return [...refusedFirst, { date: paidOn, source, percent: 100, ...(refund && { refund }) }];
}

function statementOf(month: string, index: number, random: Random): DemoTransaction[] {
  const calendarMonth = Number(month.slice(5, 7));
  const inflation = 1.002 ** index;
  const out = (day: number, description: string, meanMinor: number, spread = 0.06): DemoTransaction => ({
    date: addDays(month, day - 1),
    description,
    amountMinor: -roundMinor(Math.max(meanMinor * 0.3, random.normal(meanMinor * inflation, meanMinor * spread))),
  });
  const winter = [1, 2, 12].includes(calendarMonth) ? 1.6 : [6, 7, 8].includes(calendarMonth) ? 0.7 : 1;
  const rows = [
    out(1, 'Office rent Mill Street', 620_000, 0),
    out(15, 'Payroll run salaries', 1_080_000 + 9_000 * index, 0.02),
    out(28, 'Payroll run salaries', 1_080_000 + 9_000 * index, 0.02),
    out(3, 'Cloud hosting subscription', 84_000),
    out(5, 'Design software subscription', 46_000, 0.02),
    out(9, 'City power and water utility bill', 38_000 * winter, 0.12),
    out(11, 'Mobile phone and internet plan', 21_000, 0.03),
    out(13, 'Online advertising campaign', 190_000 * (season[calendarMonth - 1] ?? 1), 0.2),
    out(18, 'Office supplies paper and toner', 17_000, 0.3),
    out(27, 'Bank account service fee', 4_500, 0.05),
    out(20, 'Accountant monthly fee', 65_000, 0.01),
  ];
  for (let trip = random.integer(0, 3); trip > 0; trip--) {
    rows.push(
      out(random.integer(2, 26), random.pick(['Airline ticket booking', 'Hotel stay', 'Train tickets']), 62_000, 0.35),
    );
  }
  for (let meal = random.integer(2, 5); meal > 0; meal--) {
    rows.push(
      out(
        random.integer(2, 27),
        random.pick(['Restaurant client lunch', 'Coffee shop', 'Catering team lunch']),
        9_500,
        0.4,
      ),
    );
  }
  if (calendarMonth % 3 === 1) rows.push(out(10, 'Business insurance premium', 142_000, 0.01));
  if (calendarMonth % 3 === 0) rows.push(out(22, 'Estimated business tax payment', 310_000 * 1.01 ** index, 0.08));
  if (random.chance(0.12)) rows.push(out(random.integer(5, 25), 'Laptop computer equipment', 230_000, 0.15));
  if (random.chance(0.15)) rows.push(out(random.integer(5, 25), 'Conference and training course', 95_000, 0.2));
  return rows.sort((a, b) => a.date.localeCompare(b.date));
}

/** Whole dollars: people quote in them. */
function roundMinor(minor: number): bigint {
  return BigInt(Math.round(minor / 100)) * 100n;
}
