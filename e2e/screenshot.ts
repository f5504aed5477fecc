import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { appear, atRest, launchBrowser } from './src/browser.ts';
import { Platform } from './src/platform.ts';
import { repository } from './src/program.ts';

// npm run screenshot: the README's picture, docs/images/dashboard.png, of the demo company as it is today.
const folder = join(repository, 'docs/images');
await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
const platform = await Platform.start({ demo: true });
try {
  const page = await browser.newPage({ locale: 'en-US', timezoneId: 'UTC' });
  await appear(page, 'desktop', 'light');
  await page.goto(platform.url);
  await page.getByLabel('Email', { exact: true }).fill('demo@finflow.example');
  await page.getByLabel('Password', { exact: true }).fill('finflow-demo-2026');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await atRest(page);
  await page.screenshot({ path: join(folder, 'dashboard.png'), fullPage: true });
  process.stdout.write('docs/images/dashboard.png is as the dashboard looks now.\n');
} finally {
  await browser.close();
  await platform.stop();
}
