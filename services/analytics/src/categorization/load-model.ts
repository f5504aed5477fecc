import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeWeights, type Manifest } from './artifact.ts';
import type { CategoryModel } from './model.ts';
import { softmaxModel } from './softmax-model.ts';

/** Where the trained artefacts lie in the repository and in images. */
export const modelsDirectory = new URL('../../models/', import.meta.url);

/**
 * Reads the trained model and checks it against its manifest.
 * @throws Error when the file is not the one the manifest describes: a damaged model must not decide what gets booked.
 */
export function loadCategoryModel(directory: URL = modelsDirectory): CategoryModel {
  const manifest = JSON.parse(readFileSync(new URL('category-model.json', directory), 'utf8')) as Manifest;
  const bytes = readFileSync(new URL(manifest.file, directory));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== manifest.sha256) {
    throw new Error(
      `${manifest.file} is not the file its manifest describes: SHA-256 ${sha256}, expected ${manifest.sha256}`,
    );
  }
  return softmaxModel(manifest.version, manifest.categories, decodeWeights(bytes, manifest), manifest.temperature);
}
