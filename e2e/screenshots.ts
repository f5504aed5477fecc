import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { appear, launchBrowser, loaded, showWhole } from './src/browser.ts';
import { Platform } from './src/platform.ts';
import { repository } from './src/program.ts';

// npm run screenshots: makes the pictures that the documentation shows, from the demo company.
const picture = join(repository, 'docs/images/dashboard.png');
const platform = await Platform.start({ demo: true });
try {
  const [, email = '', password = ''] = /^Demo login: (\S+) \/ (\S+)$/m.exec(platform.output) ?? [];
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ locale: 'en-US', timezoneId: 'UTC' });
    await appear(page, 'desktop', 'light');
    await page.goto(`${platform.url}/dashboard`);
    await page.getByLabel('Email', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Cash-flow forecast' }).waitFor();
    await loaded(page);
    await showWhole(page);
    await mkdir(dirname(picture), { recursive: true });
    await page.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
} finally {
  await platform.stop();
}
const { size } = await stat(picture);
process.stdout.write(`${relative(repository, picture)}: ${Math.round(size / 1024)} kB\n`);
