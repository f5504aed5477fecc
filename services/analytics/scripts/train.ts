import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Manifest } from '../src/categorization/artifact.ts';
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
    // Trains and compares instead of writing: whether the committed artefact is what this code makes.
    check: { type: 'boolean', default: false },
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
if (values.check) {
  const kept = readFileSync(new URL('category-model.json', modelsDirectory), 'utf8');
  if (kept !== manifestText(manifest)) {
    process.stderr.write('models/ is not what this code and these options make: run the training again.\n');
    process.exit(1);
  }
} else {
  mkdirSync(modelsDirectory, { recursive: true });
  writeFileSync(new URL(manifest.file, modelsDirectory), bytes);
  writeFileSync(new URL('category-model.json', modelsDirectory), manifestText(manifest));
  writeFileSync(new URL('MODEL_CARD.md', modelsDirectory), modelCard(manifest, bytes.byteLength));
}
process.stdout.write(`${manifest.file} ${bytes.byteLength} bytes sha256 ${manifest.sha256}\n`);

function manifestText(described: Manifest): string {
  return `${JSON.stringify(described, null, 2)}\n`;
}
