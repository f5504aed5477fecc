import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { knownLabels, knownMetrics, readQuery } from './promql.ts';

interface Alert {
  readonly alert: string;
  readonly severity: string;
  readonly expr: string;
  readonly summary: string;
  readonly runbook: string;
}

const root = new URL('../../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const { alerts } = parse(read('charts/finflow/files/alerts.yaml')) as { alerts: Alert[] };
const alertNamed = (name: string) => alerts.find(({ alert }) => alert === name);

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboards = readdirSync(new URL('charts/finflow/dashboards/', root)).map((file) => {
  const { title, panels } = JSON.parse(read(`charts/finflow/dashboards/${file}`)) as { title: string; panels: Panel[] };
  return { title, panels: panels.filter(({ targets }) => targets !== undefined) };
});

/** What a query asks for that nobody tells. */
function unknownIn(query: string): string[] {
  const { metrics, labels } = readQuery(query);
  expect(metrics.length).toBeGreaterThan(0);
  return [...metrics.filter((name) => !knownMetrics.has(name)), ...labels.filter((name) => !knownLabels.has(name))];
}

test('what is no PromQL, and what no service tells, is found', () => {
  expect(() => readQuery('sum by (job (rate(finflow_payments_total[5m]))')).toThrow('no PromQL');
  expect(unknownIn('sum by (organization) (rate(finflow_payment_total{outcome="failed"}[5m]))')).toEqual([
    'finflow_payment_total',
    'organization',
    'outcome',
  ]);
});

test.each(dashboards.flatMap(({ title, panels }) => panels.map((panel) => [title, panel.title, panel] as const)))(
  '%s: “%s” asks for what services tell',
  (_dashboard, _title, { targets = [] }) => {
    for (const { expr } of targets) expect(unknownIn(expr)).toEqual([]);
  },
);

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (name, { expr, summary, runbook }) => {
  test('asks for what services tell', () => {
    expect(unknownIn(expr)).toEqual([]);
  });

  test('has a runbook that names it, and a sentence', () => {
    expect(read(`docs/runbooks/${runbook}`)).toContain(`\`${name}\``);
    expect(summary).toMatch(/\.$/);
  });
});

describe('objectives', () => {
  const page = read('docs/slo.md');
  const slow = '.*/(CreatePayment|RefundPayment|ImportTransactions|CreateForecast|ExportJournal)';
  const pay = 'rpc_method="finflow.payments.v1.PaymentService/CreatePayment"';
  const calls = 'rpc_server_call_duration_seconds';
  const delay = 'finflow_event_delay_seconds';

  /** The share that went wrong in a window. */
  const shares: Record<string, { readonly alert: string; share(window: string): string }> = {
    availability: {
      alert: 'FinFlowAvailability',
      share: (w) => over('namespace, job', `${calls}_count{error_type!=""}[${w}]`, `${calls}_count[${w}]`),
    },
    latency: {
      alert: 'FinFlowLatency',
      share: (w) =>
        `1 - ${over('namespace, job', `${calls}_bucket{le="0.5",rpc_method!~"${slow}"}[${w}]`, `${calls}_count{rpc_method!~"${slow}"}[${w}]`)}`,
    },
    payments: {
      alert: 'FinFlowPayment',
      share: (w) => over('namespace', `${calls}_count{${pay},error_type!=""}[${w}]`, `${calls}_count{${pay}}[${w}]`),
    },
    events: {
      alert: 'FinFlowEvent',
      share: (w) =>
        `1 - ${over('namespace, messaging_consumer_group_name', `${delay}_bucket{le="2.5"}[${w}]`, `${delay}_count[${w}]`)}`,
    },
  };

  function over(by: string, some: string, all: string): string {
    return `sum by (${by}) (rate(${some})) / sum by (${by}) (rate(${all}))`;
  }

  const promised = new Map(
    [...page.matchAll(/^\| (\w+) \|.*\| ([\d.]+) % \|$/gm)].map(([, name = '', percent = '']) => [name, percent]),
  );
  const rates = [...page.matchAll(/^\| ([\d.]+) \| (\w+) \| (\w+) \| (\d+) % \| (.*) \|$/gm)].map(
    ([, burn = '', long = '', short = '', spent = '']) => ({ burn, long, short, spent }),
  );

  test('say what their burn rates spend of the budget of 30 days', () => {
    const hours = (window: string) => Number.parseInt(window, 10) * (window.endsWith('d') ? 24 : 1);
    expect(rates).toHaveLength(3);
    for (const { burn, long, spent } of rates) {
      expect((Number(burn) * hours(long)) / (30 * 24)).toBeCloseTo(Number(spent) / 100, 6);
    }
  });

  test.each(Object.keys(shares))('%s: its alerts are computed from what is promised', (name) => {
    const { alert, share } = shares[name]!;
    const budget = Number(((100 - Number(promised.get(name))) / 100).toFixed(6));
    const exceeded = ({ burn, long, short }: (typeof rates)[number]) =>
      `(${share(long)} > ${burn} * ${budget} and ${share(short)} > ${burn} * ${budget})`;
    const expression = (of: typeof rates) => of.map(exceeded).join(' or ');
    const written = (full: string) => alertNamed(full)?.expr.trim().replaceAll(/\s+/g, ' ');
    expect(written(`${alert}BudgetBurns`)).toBe(expression(rates.slice(0, 2)));
    expect(written(`${alert}BudgetShrinks`)).toBe(expression(rates.slice(2)));
    for (const kind of ['Burns', 'Shrinks']) expect(page).toContain(`\`${alert}Budget${kind}\``);
  });

  test('bounds of latency are bounds of histograms, and no whole numbers', () => {
    // Prometheus 3 writes a whole `le` as 1.0 where others write 1, and then nothing matches.
    const bounds = alerts.flatMap(({ expr }) => [...expr.matchAll(/le="([^"]*)"/g)].map(([, bound]) => bound));
    expect([...new Set(bounds)].sort()).toEqual(['0.5', '2.5']);
  });

  test('books have no budget', () => {
    expect(promised.get('books')).toBe('100');
    expect(alertNamed('FinFlowBooksWrong')).toMatchObject({ severity: 'critical' });
  });

  test('every runbook that is linked is there', () => {
    const linked = [...page.matchAll(/\((runbooks\/[\w-]+\.md)\)/g)].map(([, path]) => path as string);
    expect(linked.length).toBeGreaterThan(2);
    for (const path of linked) expect([path, existsSync(new URL(`docs/${path}`, root))]).toEqual([path, true]);
  });
});
