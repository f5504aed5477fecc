import { alreadyExists } from '@finflow/chassis/errors';
import type { RequestKey } from '@finflow/chassis/idempotency';
import { newId } from '@finflow/chassis/ids';
import type { EntityManager } from 'typeorm';
import { earlier } from '../domain/dates.ts';
import { checkDates, type Invoice, issue, numberingOf } from '../domain/invoice.ts';
import { invoiceAmounts, type RequestedAmounts } from '../domain/invoice-amounts.ts';
import type { AccountingParts, Actor } from '../parts.ts';
import { insertInvoice, insertNumberedInvoice } from '../store/new-invoice.ts';
import { momentOf, takeBooks } from '../store/organizations.ts';
import { bookIssuedInvoice } from './issue-invoice.ts';
import { mutate } from './mutate.ts';

export interface NewInvoice extends RequestedAmounts {
  readonly client: string;
  readonly clientEmail: string;
  readonly dueDate: string;
  /** Empty: today, or the due date where that is earlier. */
  readonly issueDate: string;
  readonly notes: string;
  /** Empty: the next one of the organization. */
  readonly number: string;
  /** Whether to issue it at once. */
  readonly issue: boolean;
}

/**
 * Makes an invoice: a draft, or an issued one.
 *
 * @throws DomainError as `invoiceAmounts`, INVALID_ARGUMENT `DUE_BEFORE_ISSUE`, ALREADY_EXISTS `INVOICE_NUMBER_TAKEN`,
 *   FAILED_PRECONDITION `BALANCE_OUT_OF_RANGE`
 */
export async function createInvoice(
  parts: AccountingParts,
  actor: Actor,
  request: NewInvoice,
  key?: RequestKey,
): Promise<Invoice> {
  return await mutate(parts, actor, key, async (tx) => {
    const { organizationId, userId } = actor;
    const organization = await takeBooks(tx, organizationId, 'shared');
    const moment = momentOf(organization, parts.clock);
    const { client, clientEmail, dueDate, notes } = request;
    const issueDate = request.issueDate || earlier(dueDate, moment.today);
    checkDates({ issueDate, dueDate });
    const draft: Invoice = {
      ...invoiceAmounts(request, organization.currency),
      organizationId,
      id: newId(),
      number: request.number,
      userId,
      client,
      clientEmail,
      paidMinor: 0n,
      issueDate,
      dueDate,
      status: 'DRAFT',
      notes,
      cancelReason: '',
      createdAt: moment.now,
      updatedAt: moment.now,
      issuedAt: null,
      paidAt: null,
      cancelledAt: null,
    };
    const invoice = await insertNumbered(tx, request.issue ? issue(draft, moment) : draft);
    if (request.issue) await bookIssuedInvoice(tx, actor, invoice);
    return invoice;
  });
}

/** Inserts the invoice under its own number, or else under the organization's next one. */
async function insertNumbered(tx: EntityManager, invoice: Invoice): Promise<Invoice> {
  if (invoice.number !== '') {
    if (await insertInvoice(tx, invoice)) return invoice;
    throw numberTaken(invoice.number);
  }
  for (;;) {
    const number = await insertNumberedInvoice(tx, invoice, numberingOf(invoice.issueDate));
    if (number !== undefined) return { ...invoice, number };
  }
}

/** The error for a number that another invoice of the organization has. */
export function numberTaken(number: string): Error {
  return alreadyExists('INVOICE_NUMBER_TAKEN', `Another invoice has the number ${number}.`, 'number');
}
