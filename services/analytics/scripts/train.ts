import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { modelsDirectory } from '../src/categorization/load-model.ts';
import { trainModel } from '../src/synthetic/train-model.ts';
import { modelCard } from './model-card.ts';
import { progressBar } from './progress.ts';

/** Trains the categorizer and writes the artefact, its manifest and its card into `models/`. */
const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '1' },
    seed: { type: 'string', default: 'finflow-1' },
    organizations: { type: 'string', default: '600' },
    months: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '3' },
  },
});

const bar = progressBar('training');
const { bytes, manifest } = trainModel({
  version: values.version,
  seed: values.seed,
  organizations: Number(values.organizations),
  months: Number(values.months),
  epochs: Number(values.epochs),
  onProgress: bar,
});
mkdirSync(modelsDirectory, { recursive: true });
writeFileSync(new URL(manifest.file, modelsDirectory), bytes);
writeFileSync(new URL('category-model.json', modelsDirectory), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(new URL('MODEL_CARD.md', modelsDirectory), modelCard(manifest, bytes.byteLength));
process.stdout.write(`${manifest.file} ${bytes.byteLength} bytes sha256 ${manifest.sha256}\n`);
