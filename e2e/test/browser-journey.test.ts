import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { appear, launchBrowser, loaded, showWhole, type Width, widths } from '../src/browser.ts';
import { Platform } from '../src/platform.ts';
import { repository } from '../src/program.ts';

const output = join(repository, 'e2e/output');
const demo = { email: 'demo@finflow.example', password: 'finflow-demo-2026' };

let platform: Platform;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Whatever the browser's console shows as an error: exceptions, refused scripts and styles, failed requests. */
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(output, { recursive: true });
  const starting = Platform.start({ demo: true });
  starting.catch(() => undefined);
  // Each is kept as soon as it is there: what one of them fails at must not leave the other running.
  browser = await launchBrowser();
  platform = await starting;
  context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC' });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await appear(page, 'desktop', 'light');
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await platform?.stop();
}, 60_000);

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: true });
const link = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('link', { name, exact: true });
const field = (name: string | RegExp, within: Page | Locator = page) => within.getByLabel(name, { exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });
/** The status shown beside the page's heading. */
const status = () => page.locator('ff-page-header ff-status');
const kpi = (label: string) => page.locator('ff-kpi-card').filter({ hasText: label }).locator('strong');

async function open(area: 'Dashboard' | 'Invoices' | 'Payments'): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: area, exact: true }).click();
  await heading(area).first().waitFor();
}

describe('the main journey', () => {
  test('register', async () => {
    await page.goto(platform.url);
    await link('Create an account').click();
    await field('Organization name').fill('Alder & Quill');
    await field('Email').fill(`owner-${crypto.randomUUID()}@example.com`);
    await field('Password').fill('pale-otter-42-lamp');
    await button('Create account').click();
    await heading('Dashboard').waitFor();
    await page.getByText('Your books are open.').waitFor();
  });

  test('create and issue an invoice', async () => {
    await link('Create your first invoice').click();
    await field('Client').fill('Harbour Books');
    await field('Description').fill('Shop design');
    await field('Quantity').fill('2.5');
    await field('Unit price').fill('500');
    await button('Issue invoice').click();
    await heading(/^Invoice INV-/).waitFor();
    expect(await status().textContent()).toBe('Pending');
    await page.getByText('Accounts receivable').waitFor();
  });

  test('a declined card says why and what to do', async () => {
    await button('Take payment').click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('radio', { name: /insufficient funds|declined/i })
      .first()
      .check();
    await button('Charge card', dialog).click();
    const alert = dialog.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/card/i);
    await page.screenshot({ path: join(output, 'declined.png') });
    await dialog.getByRole('radio').first().check();
    await button('Charge another card', dialog).click();
    await dialog.getByText('Payment received').waitFor();
    await button('Done', dialog).click();
  });

  test('the invoice is paid, and the books show it', async () => {
    await status().filter({ hasText: 'Paid' }).waitFor();
    await page.getByText('Card clearing').waitFor();
    await page.getByText('Failed').waitFor();
  });

  test('the dashboard shows what came in', async () => {
    await open('Dashboard');
    await kpi('Revenue').filter({ hasText: '$1,250' }).waitFor();
    await kpi('Cash').filter({ hasText: '$1,250' }).waitFor();
    await kpi('Receivables').filter({ hasText: '$0' }).waitFor();
  });

  test('refund a part', async () => {
    await open('Payments');
    await page
      .getByRole('row', { name: /Completed/ })
      .getByRole('link')
      .click();
    await button('Refund').click();
    const dialog = page.getByRole('dialog');
    await field('Amount', dialog).fill('250');
    await field('Reason', dialog).fill('Half a day less');
    await button('Refund', dialog).click();
    await status().filter({ hasText: 'Part refunded' }).waitFor();
    await open('Dashboard');
    await kpi('Cash').filter({ hasText: '$1,000' }).waitFor();
    await kpi('Receivables').filter({ hasText: '$250' }).waitFor();
  });

  test('a reload keeps the session; signing out ends it', async () => {
    await page.reload();
    await heading('Dashboard').waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(/eyJ/);
    await button('Sign out').click();
    await heading('Welcome back').waitFor();
    await page.goto(`${platform.url}/invoices`);
    await heading('Welcome back').waitFor();
  });
});

describe('the demo company', () => {
  test('signs in with the login that the start shows', async () => {
    expect(platform.output).toContain(`${demo.email} / ${demo.password}`);
    await field('Email').fill(demo.email);
    await field('Password').fill(demo.password);
    await button('Sign in').click();
    await heading('Invoices').waitFor();
  });

  test.each(['dashboard', 'invoices', 'invoice', 'new-invoice', 'payments', 'payment', 'settings'])(
    '%s fits a phone and a desktop, light and dark',
    async (name) => {
      await visit(name);
      for (const width of Object.keys(widths) as Width[]) {
        for (const scheme of ['light', 'dark'] as const) {
          await appear(page, width, scheme);
          await showWhole(page);
          await page.screenshot({ path: join(output, `${name}-${widths[width]}-${scheme}.png`) });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(widths[width]);
          if (name === 'dashboard') expect(await colourfulCharts()).toEqual([true, true]);
        }
      }
    },
    60_000,
  );
});

test('the console showed no error, of the content security policy or other', () => {
  expect(complaints).toEqual([]);
});

test('the browser would refuse a script without this page’s nonce', async () => {
  const refused = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
  });
  await refused;
  expect(await page.evaluate(() => 'injected' in window)).toBe(false);
});

/** Whether each chart is drawn in colours, and not in the ink alone. */
async function colourfulCharts(): Promise<boolean[]> {
  return await page.locator('canvas').evaluateAll((canvases) =>
    (canvases as HTMLCanvasElement[]).map((canvas) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let coloured = 0;
      for (let at = 0; at < data.length; at += 4) {
        const channels = [data[at]!, data[at + 1]!, data[at + 2]!];
        if (data[at + 3]! > 200 && Math.max(...channels) - Math.min(...channels) > 60) coloured += 1;
      }
      return coloured > 500;
    }),
  );
}

/** Opens a page of the signed-in company; `invoice` and `payment` are the first of their lists. */
async function visit(name: string): Promise<void> {
  const paths: Record<string, string> = { 'new-invoice': 'invoices/new', invoice: 'invoices', payment: 'payments' };
  await page.goto(`${platform.url}/${paths[name] ?? name}`);
  await loaded(page);
  if (name !== 'invoice' && name !== 'payment') return;
  await page.locator('tbody').getByRole('link').first().click();
  await status().waitFor();
  await loaded(page);
}
