import type { Manifest } from '../src/categorization/artifact.ts';

/** The card that goes with a trained artefact; written by the training script so that its figures are the artefact's. */
export function modelCard(manifest: Manifest, bytes: number): string {
  const { training, figures } = manifest;
  const row = (name: string, key: string): string =>
    `| ${name} | ${figures[`knownMerchants.${key}`]} | ${figures[`unknownMerchants.${key}`]} |`;
  return `# Category model ${manifest.version}

Sorts a bank transaction into one of ${manifest.categories.length} categories from its description and, when given, its amount.

- **Kind**: softmax regression over hashed words, neighbouring words, character 3- to 5-grams and the amount's sign and
  size; ${manifest.buckets} buckets, one signed byte a weight, temperature ${manifest.temperature}.
- **File**: \`${manifest.file}\`, ${bytes} bytes, SHA-256 \`${manifest.sha256}\`, checked at every load.
- **Trained on**: ${training.examples} generated transactions of ${training.organizations} made-up organizations over ${training.months} months
  (seed \`${training.seed}\`, ${training.epochs} epochs). No real person's or company's transactions. Names of well-known merchants appear
  in the generator's word lists.
- **Made by**: \`npm run train -w @finflow/analytics\`; the same seed gives the same bytes.

## How well it does

On generated transactions of other made-up organizations, by a model trained without a fifth of the merchants:

| | merchants it has met | merchants it has never met |
|---|---|---|
${row('transactions', 'examples')}
${row('accuracy', 'accuracy')}
${row('macro F1', 'macroF1')}
${row('log loss', 'logLoss')}
${row('calibration error', 'calibrationError')}
${row('share at confidence ≥ 0.8', 'confidentShare')}
${row('accuracy there', 'confidentAccuracy')}

Many generated lines say nothing about their category ("card 3321 velkano ltd"), so 1 is out of reach.

## Use and limits

- Decisions below 0.8 are marked for review; only outflows at or above it are booked without a person.
- It knows English best, with a little German, French and Spanish. Other languages and scripts will mostly need review.
- Real statements differ from generated ones; an organization's corrections count more than the model from the first one on.
- Confidence is calibrated on generated text only.
`;
}
