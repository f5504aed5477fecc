import { InvoiceService } from '@finflow/proto/finflow/accounting/v1/invoice_pb';
import { LedgerService } from '@finflow/proto/finflow/accounting/v1/ledger_pb';
import { CategorizationService } from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import { ForecastService } from '@finflow/proto/finflow/analytics/v1/forecast_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { type Payment, PaymentService, PaymentStatus } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { eventually } from './eventually.ts';
import { Session } from './session.ts';

export const usd = (amountMinor: bigint) => ({ currencyCode: 'USD', amountMinor });

/** Twenty-four months that grow and have a season: enough to forecast from. */
export const history = Array.from({ length: 24 }, (_, month) => ({
  date: `${2023 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-15`,
  amount: usd(BigInt(400_000 + month * 9_000 + (month % 12) * 12_000)),
}));

/** A registered company and builders for what it may own, each made through the API; each call makes a new one. */
export class Company {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  static async register(url: string, name: string, options?: Parameters<typeof Session.register>[2]): Promise<Company> {
    return new Company(await Session.register(url, name, options));
  }

  /** Id of a draft invoice of 100.00 USD. */
  async draft(): Promise<string> {
    const { invoice } = await this.session
      .client(InvoiceService)
      .createInvoice({ client: 'Alder & Quill', amount: usd(10_000n), dueDate: '2030-01-31' });
    return invoice!.id;
  }

  /** Id of an issued, unpaid invoice. */
  async invoice(amountMinor = 10_000n): Promise<string> {
    const { invoice } = await this.session
      .client(InvoiceService)
      .createInvoice({ client: 'Alder & Quill', amount: usd(amountMinor), dueDate: '2030-01-31', issue: true });
    return invoice!.id;
  }

  /** A completed payment, of an invoice or of none. */
  async payment({ invoiceId = '', amountMinor = 10_000n } = {}): Promise<Payment> {
    const payments = this.session.client(PaymentService);
    const { payment } = await payments.createPayment({ amount: usd(amountMinor), source: 'tok_visa', invoiceId });
    return await eventually(async () => {
      const { payment: current } = await payments.getPayment({ id: payment!.id });
      if (current?.status !== PaymentStatus.COMPLETED) throw new Error(`payment ${payment!.id} is ${current?.status}`);
      return current;
    });
  }

  /** Ids of two accounts of the chart, Bank and Owner's equity. */
  async accounts(): Promise<{ bank: string; equity: string }> {
    const { accounts } = await this.session.client(LedgerService).listAccounts({ pageSize: 200 });
    const idOf = (code: string) => accounts.find((account) => account.code === code)!.id;
    return { bank: idOf('1000'), equity: idOf('3000') };
  }

  /** Id of an entry posted by hand. */
  async entry(): Promise<string> {
    const { journalEntry } = await this.session
      .client(LedgerService)
      .postJournalEntry({ debitAccount: '1000', creditAccount: '3000', amount: usd(5_000n) });
    return journalEntry!.id;
  }

  async forecast(): Promise<string> {
    const { forecast } = await this.session
      .client(ForecastService)
      .createForecast({ startDate: '2025-01-01', historicalData: history });
    return forecast!.id;
  }

  /** Id of a transaction without an amount, so that nothing is booked for it. */
  async transaction(): Promise<string> {
    const { transactionId } = await this.session
      .client(CategorizationService)
      .categorizeTransaction({ description: 'Office rent Mill Street' });
    return transactionId;
  }

  /** The secret of an open invitation, and whom it invites. */
  async invitation(role: OrganizationRole = OrganizationRole.VIEWER): Promise<{ token: string; email: string }> {
    const email = `invited-${crypto.randomUUID()}@example.com`;
    const { token } = await this.session.client(OrganizationService).inviteMember({ email, role });
    return { token, email };
  }

  /** User id of a new member. */
  async member(role: OrganizationRole = OrganizationRole.VIEWER): Promise<string> {
    const { token } = await this.invitation(role);
    const { userId } = await this.session
      .client(OrganizationService)
      .acceptInvitation({ token, password: `new-member-${crypto.randomUUID()}` });
    return userId;
  }
}
