/// <reference lib="dom" />
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { Program, repository } from './program.ts';

/**
 * Starts the Chromium that comes with the project's packages; on systems it is not made for, an installed Chrome.
 * Of its arguments we take none: they switch web security off.
 */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return await chromium.launch({ channel: 'chrome' });
  const folder = await unpacked();
  const options = { executablePath: join(folder, 'chromium'), args: ['--no-sandbox'] };
  try {
    return await chromium.launch(options);
  } catch (error) {
    if (!String(error).includes('error while loading shared libraries')) throw error;
    // A machine without a desktop's libraries: the package brings those too.
    return await chromium.launch({
      ...options,
      env: { ...process.env, LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
    });
  }
}

/** Unpacks it once for each version and user, aside first: one cut short is never taken for a whole one. */
async function unpacked(): Promise<string> {
  const manifest = join(repository, 'node_modules/@sparticuz/chromium/package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const folder = join(tmpdir(), `finflow-chromium-${version}-${process.getuid?.()}`);
  if (existsSync(folder)) return folder;
  const aside = `${folder}.${process.pid}`;
  await mkdir(aside, { recursive: true });
  const program = new Program('e2e/src/unpack-chromium.ts', [], { TMPDIR: aside, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' });
  if ((await program.ended()) !== 0) throw new Error(`Chromium could not be unpacked:\n${program.stderr}`);
  await rename(aside, folder).catch(async (error) => {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
    await rm(aside, { recursive: true });
  });
  return folder;
}

/** Widths that the app is looked at in, in CSS pixels. */
export const widths = { phone: 390, desktop: 1440 } as const;
export type Width = keyof typeof widths;
export type Scheme = 'light' | 'dark';

/** Shows the page at this width and in these colours. */
export async function appear(page: Page, width: Width, scheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width: widths[width], height: width === 'phone' ? 844 : 900 });
}

/** Makes the window as high as what it shows, so that bars fixed to its edges are where they belong in a picture. */
export async function showWhole(page: Page): Promise<void> {
  await drawn(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: page.viewportSize()?.width ?? widths.desktop, height });
  await drawn(page);
}

/** Resolves when the page has all it asked for: requests are answered, placeholders gone, fonts there. */
export async function loaded(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('ff-skeleton').first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
}

/** Resolves when a change of the window or its colours is on the screen: charts follow a frame later. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  });
}
