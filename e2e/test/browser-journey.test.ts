import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectError } from '@connectrpc/connect';
import { ForecastService } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { ErrorDetailSchema } from '@finflow/proto/finflow/common/v1/error_pb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page, Route } from 'playwright-core';
import { appear, launchBrowser, loaded, showWhole, type Width, widths } from '../src/browser.ts';
import { Platform } from '../src/platform.ts';
import { repository } from '../src/program.ts';
import { Session } from '../src/session.ts';
import { describeBothWays } from '../src/ways.ts';

const output = join(repository, 'e2e/output');
const demo = { email: 'demo@finflow.example', password: 'finflow-demo-2026' };

let platform: Platform;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Whatever the browser's console shows as an error: exceptions, refused scripts and styles, failed requests. */
const complaints: string[] = [];
const owner = { email: `owner-${crypto.randomUUID()}@example.com`, password: 'pale-otter-42-lamp' };

async function newPage(): Promise<Page> {
  const opened = await context.newPage();
  opened.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  opened.on('pageerror', (error) => complaints.push(String(error)));
  return opened;
}

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: true });
const link = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('link', { name, exact: true });
const field = (name: string | RegExp, within: Page | Locator = page) => within.getByLabel(name, { exact: true });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });
/** The status shown beside the page's heading. */
const status = () => page.locator('ff-page-header ff-status');
const kpi = (label: string) => page.locator('ff-kpi-card').filter({ hasText: label }).locator('strong');

async function signIn({ email, password }: { email: string; password: string }): Promise<void> {
  await field('Email').fill(email);
  await field('Password').fill(password);
  await button('Sign in').click();
}

/** Answers the question whether to leave a page with something unsaved. */
async function answer(name: 'Leave' | 'Stay here'): Promise<void> {
  await button(name, page.getByRole('dialog', { name: 'Leave without saving?' })).click();
}

/**
 * Gives the first request that matches another answer, until the returned function is called. Not by `times: 1`, which
 * stops all interception while the page already sends its next request: now and then that one was never answered.
 */
async function answerFirst(pattern: string, handle: (route: Route) => Promise<void>): Promise<() => Promise<void>> {
  let first = true;
  await page.route(pattern, async (route) => {
    if (!first) return await route.continue();
    first = false;
    await handle(route);
  });
  return endInterception;
}

/** Waits for handlers under way: a request taken back from one of them would fail it, and with it every test. */
async function endInterception(): Promise<void> {
  await page.unrouteAll({ behavior: 'wait' });
}

/** Takes a refusal that a step brought about out of the complaints: browsers put each into the console. */
function expectRefusal(status: number): void {
  expect(complaints.splice(0)).toContainEqual(expect.stringContaining(`status of ${status}`));
}

/** What the service itself says, refusing a company as new as this one. */
async function monthsAForecastNeeds(): Promise<string | undefined> {
  const company = await Session.register(platform.url, 'Fern');
  const refused = await company
    .client(ForecastService)
    .createForecast({ startDate: '2026-03-01' })
    .catch((thrown: unknown) => ConnectError.from(thrown));
  if (!(refused instanceof ConnectError)) throw new Error('A company without books was given a forecast.');
  const [detail] = refused.findDetails(ErrorDetailSchema);
  expect(detail?.reason).toBe('NOT_ENOUGH_HISTORY');
  return detail?.metadata.monthsNeeded;
}

async function open(area: 'Dashboard' | 'Invoices' | 'Payments'): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: area, exact: true }).click();
  await heading(area).first().waitFor();
}

describeBothWays((way) => {
  beforeAll(async () => {
    complaints.length = 0;
    await mkdir(output, { recursive: true });
    const starting = Platform.start({ demo: true, ...way });
    starting.catch(() => undefined);
    // Each is kept as soon as it is there: what one of them fails at must not leave the other running.
    browser = await launchBrowser();
    platform = await starting;
    context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC' });
    context.setDefaultTimeout(15_000);
    page = await newPage();
    await appear(page, 'desktop', 'light');
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
  }, 60_000);

  describe('the main journey', () => {
    test('register', async () => {
      await page.goto(platform.url);
      await link('Create an account').click();
      await field('Organization name').fill('Alder & Quill');
      await field('Email').fill(owner.email);
      await field('Password').fill(owner.password);
      await button('Create account').click();
      await heading('Dashboard').waitFor();
      await page.getByText('Your books are open.').waitFor();
    });

    test('create and issue an invoice', async () => {
      await link('Create your first invoice').click();
      await field('Client').fill('Harbour Books');
      await field('Description').fill('Shop design');
      await field('Quantity').fill('2.5');
      await field('Unit price').fill('-500');
      await field('Due date').fill('1800-01-01');
      await page.getByText('Enter a price above zero.').waitFor();
      await field('Unit price').fill('500');
      await page.getByText('Choose a date from 1900 to 2199.').waitFor();
      for (const width of Object.keys(widths) as Width[]) {
        await appear(page, width, 'light');
        await field('Due date').fill('1800-01-01');
        await button('14 days').click();
        await page.getByText('Choose a date from 1900 to 2199.').waitFor({ state: 'detached' });
      }
      await button('Issue invoice').click();
      await heading(/^Invoice INV-/).waitFor();
      expect(await status().textContent()).toBe('Pending');
      await page.getByText('Accounts receivable').waitFor();
    });

    test('an amount above what is open is asked about', async () => {
      await button('Take payment').click();
      const dialog = page.getByRole('dialog', { name: 'Take payment' });
      await dialog.getByText('$1,250.00 is open').waitFor();
      await field('Amount', dialog).fill('1300');
      await dialog.getByText('$50.00 more than the $1,250.00 that is open').waitFor();
      await button('Charge card', dialog).click();
      await button('Change the amount', page.getByRole('dialog', { name: 'Charge $1,300.00?' })).click();
      await button('Close', dialog).click();
      await page.getByText('None yet.').waitFor();
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
      const needed = await monthsAForecastNeeds();
      await page.getByText(`A forecast needs ${needed} whole months of payments.`).waitFor();
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

    test('an invoice paid in another window says so and shows it', async () => {
      await page.goto(`${platform.url}/invoices/new`);
      await field('Client').fill('Harbour Books');
      await field('Description').fill('Opening hours on the door');
      await field('Unit price').fill('80');
      await button('Issue invoice').click();
      await button('Take payment').click();
      const other = await newPage();
      await other.goto(page.url());
      await button('Take payment', other).click();
      await button('Charge card', other).click();
      await other.getByText('Payment received').waitFor();
      await other.close();
      const dialog = page.getByRole('dialog');
      await button('Charge card', dialog).click();
      await dialog.getByText('Nothing was charged.').waitFor();
      await button('Close', dialog).click();
      await status().filter({ hasText: 'Paid' }).waitFor();
      expectRefusal(400);
    });

    test('what is typed is not lost: not by leaving, not by the end of the session', async () => {
      await page.goto(`${platform.url}/invoices/new`);
      await field('Client').fill('Harbour Books');
      await field('Description').fill('A second shop');
      await field('Unit price').fill('900');
      await link('Dashboard').click();
      await answer('Stay here');
      expect(await field('Client').inputValue()).toBe('Harbour Books');

      await context.clearCookies();
      const ended = { status: 401, contentType: 'application/json', body: '{"code":"unauthenticated"}' };
      const answerAgain = await answerFirst('**/CreateInvoice', (route) => route.fulfill(ended));
      await button('Issue invoice').click();
      await page.getByText('Your session has ended.').waitFor();
      await answerAgain();
      await signIn(owner);
      await heading('New invoice').waitFor();
      expect(await field('Client').inputValue()).toBe('Harbour Books');
      expect(await field('Unit price').inputValue()).toBe('900');
      expectRefusal(401);

      await link('Dashboard').click();
      await answer('Leave');
      await heading('Dashboard').waitFor();
    });

    test('who is offline stays where they are and is told; what was lost comes with the network', async () => {
      await loaded(page);
      await context.setOffline(true);
      await link('Settings').click();
      await page.getByText('FinFlow can’t be reached right now.').waitFor();
      expect(new URL(page.url()).pathname).toBe('/dashboard');
      await context.setOffline(false);
      await link('Settings').click();
      await heading('Sessions').waitFor();
      expect(complaints.splice(0).join()).toContain('ERR_INTERNET_DISCONNECTED');
      await page.goto(`${platform.url}/dashboard`);
      await heading('Dashboard').waitFor();
    });

    test('a page whose files are gone since the app was loaded comes with the app anew', async () => {
      await loaded(page);
      const comeAgain = await answerFirst('**/*.js', (route) => route.abort());
      await link('Settings').click();
      await heading('Sessions').waitFor();
      await comeAgain();
      expect(complaints.splice(0).join()).toContain('ERR_FAILED');
      await open('Dashboard');
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
      if ('kafka' in way) expect(platform.output).toContain(`${demo.email} / ${demo.password}`);
      await signIn(demo);
      await heading('Invoices').waitFor();
    });

    test('what an address bar says that nobody understands is passed over', async () => {
      await page.goto(`${platform.url}/dashboard?months=7&currency=ZZZ`);
      await kpi('Revenue').filter({ hasText: '$' }).waitFor();
      await page.goto(`${platform.url}/invoices?status=foo&page=99&sort=evil`);
      await page.getByText(/^\s*1–25 of/).waitFor();
      await page.goto(`${platform.url}/invoices?after=forged&page=2`);
      await page.getByText(/^\s*1–25 of/).waitFor();
      expect(new URL(page.url()).search).toBe('');
      expectRefusal(400);
    });

    test('charts that cannot be drawn say so, and are drawn by another try', async () => {
      let lost = 0;
      await page.route('**/*.js', async (route) => {
        const file = await route.fetch();
        // What ECharts alone has, whatever the build calls its file.
        if (!(await file.text()).includes('registerPainter')) return await route.fulfill({ response: file });
        lost += 1;
        await route.abort();
      });
      await page.goto(`${platform.url}/dashboard`);
      await page.getByText('The chart could not be drawn').first().waitFor();
      expect(lost).toBeGreaterThan(0);
      await endInterception();
      await button('Try again').first().click();
      await page.locator('canvas').nth(1).waitFor();
      expect(await page.getByText('The chart could not be drawn').count()).toBe(0);
      expect(complaints.splice(0).join()).toContain('ERR_FAILED');
    });

    test('an open dialog leaves no bare scrollbar beside the dimmed page', async () => {
      await visit('payments');
      await button('Take payment').click();
      await page.getByRole('dialog').waitFor();
      const shown = await page.evaluate(() => {
        const { overflowY, backgroundColor } = getComputedStyle(document.documentElement);
        return { overflowY, dimmed: backgroundColor !== getComputedStyle(document.body).backgroundColor };
      });
      expect(shown).toEqual({ overflowY: 'hidden', dimmed: true });
      await button('Close').click();
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

  test('a browser whose language is no language tag is written to in English', async () => {
    const odd = await newPage();
    await odd.addInitScript(() => Object.defineProperty(navigator, 'languages', { value: ['en-US@posix'] }));
    await odd.goto(`${platform.url}/invoices`);
    await odd
      .locator('tbody td.date')
      .first()
      .filter({ hasText: /^[A-Z][a-z]{2} \d{1,2}, \d{4}$/ })
      .waitFor();
    await odd.close();
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
