import { readFile, writeFile } from 'node:fs/promises';
import type { Fault } from './fault.ts';
import type { FaultResult } from './result.ts';

/**
 * Adds a result to the report, in the place of an earlier one of the same fault and seed. The results are kept in a
 * file beside it (`.json` for `.md`), from which the text is made anew. A result of a fault that has since become
 * another one is dropped: nobody could repeat it.
 *
 * @returns what a person should know of results that are gone, in sentences
 */
export async function addToReport(file: string, result: FaultResult, catalogue: readonly Fault[]): Promise<string[]> {
  const data = `${file.replace(/\.md$/, '')}.json`;
  const kept = JSON.parse(await readFile(data, 'utf8').catch(() => '[]')) as FaultResult[];
  const isReplaced = ({ fault, seed }: FaultResult) => fault === result.fault && seed === result.seed;
  const abouts = new Map(catalogue.map(({ name, about }) => [name, about]));
  const isCurrent = ({ fault, about }: FaultResult) => abouts.get(fault) === about;
  const gone = [
    ...kept
      .filter((one) => isReplaced(one) && one.findings.length > 0)
      .map(({ commit, findings }) => `replaces a result of commit ${commit} that found: ${findings.join('; ')}`),
    ...kept
      .filter((one) => !isReplaced(one) && !isCurrent(one))
      .map(({ fault, seed, about }) => `drops ${fault} seed ${seed}, which is no longer what was run: ${about}`),
  ];
  const order = new Map(catalogue.map(({ name }, index) => [name, index]));
  const place = ({ fault }: FaultResult) => order.get(fault) ?? order.size;
  const results = [...kept.filter((one) => !isReplaced(one)), result]
    .filter(isCurrent)
    .sort((one, other) => place(one) - place(other) || one.seed - other.seed);
  await writeFile(data, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(file, markdown(results));
  return gone.map((what) => `${file} ${what}`);
}

/** The report's text. */
export function markdown(results: readonly FaultResult[]): string {
  const byFault = Map.groupBy(results, ({ fault }) => fault);
  return `${[INTRODUCTION, table(results), measured(results), ...notable(results), settings(byFault)].filter(Boolean).join('\n\n')}\n`;
}

const INTRODUCTION = `# What happens when something dies

Made by \`npm run faults\`; do not edit. Each line is one fault with one seed, on real brokers, a real schema registry, real
PostgreSQL and the four services as processes of their own, while four companies invoice, take card payments (one in six
declined), refund, post by hand, import bank statements and correct categories. A request without an answer is sent again
with the same request id, and every answer is written down.

Afterwards every consumer must have committed every record in Kafka, those that were produced or delivered again too, and
everything must agree: what was acknowledged with what is there; the card processor's charges and refunds with the payments;
every entry and the trial balance with themselves, and with the categories; analytics' read model with accounting's ledger,
cell by cell; and, told by PostgreSQL's own log, every event that was committed with what each consumer took: once, and in
order for each key. A service that ends by itself is a finding.
*Lost*, *doubled* and *reordered* count disagreements of that kind, *other* any further one. *Sent again* counts requests that
the fault kept from being answered at first. *Recovery* goes from the healing to the first moment at which everything agreed,
the work that the companies still had in hand included.`;

function table(results: readonly FaultResult[]): string {
  const rows = results.map((result) =>
    [
      result.about,
      result.requests,
      result.acknowledged,
      result.again,
      result.events,
      result.lost,
      result.doubled,
      result.reordered,
      result.wrong,
      result.recoverySeconds.toFixed(1),
      `\`npm run faults -- ${result.fault} --seed ${result.seed}\``,
      result.commit,
    ].join(' | '),
  );
  return `## Figures

| fault | requests | acknowledged | sent again | events | lost | doubled | reordered | other | recovery, s | repeat it | commit |
|---|---|---|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}`;
}

function measured(results: readonly FaultResult[]): string {
  const rows = results.flatMap(({ fault, seed, notes }) =>
    Object.entries(notes).map(([name, value]) => `| ${fault} | ${seed} | ${name} | ${value} |`),
  );
  return rows.length === 0
    ? ''
    : `## Measured besides

| fault | seed | what | figure |
|---|---|---|---|
${rows.join('\n')}`;
}

function notable(results: readonly FaultResult[]): string[] {
  const found = results.filter(({ findings }) => findings.length > 0);
  if (found.length === 0) return [];
  const lines = found.flatMap(({ fault, seed, findings }) =>
    findings.map((what) => `- ${fault}, seed ${seed}: ${what}`),
  );
  return [`## Findings\n\n${lines.join('\n')}`];
}

function settings(byFault: ReadonlyMap<string, readonly FaultResult[]>): string {
  const runs = [...byFault.values()].flat();
  const lines = new Set(runs.map(({ date, machine, versions }) => `- ${date}: ${machine}; ${versions}`));
  return `## Where and when\n\n${[...lines].sort().join('\n')}`;
}
