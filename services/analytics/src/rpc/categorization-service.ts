import { requestKey } from '@finflow/chassis/idempotency';
import { memberOf } from '@finflow/chassis/identity';
import { awaitBooks } from '@finflow/chassis/rpc/await-books';
import { type ServedService, serve } from '@finflow/chassis/rpc/serve';
import {
  CategorizationService,
  CsvDateFormat,
  type ImportTransactionsRequest,
  type ListTransactionsRequest,
  type TransactionInput,
} from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import type { NewTransaction } from '../commands/categorize.ts';
import { categorizeTransactions } from '../commands/categorize-transactions.ts';
import { importTransactions } from '../commands/import-transactions.ts';
import { updateTransactionCategory } from '../commands/update-transaction-category.ts';
import { alternatives } from '../domain/transaction.ts';
import type { AnalyticsParts } from '../parts.ts';
import { listCategories } from '../queries/list-categories.ts';
import { listTransactions, type TransactionFilter } from '../queries/list-transactions.ts';
import type { DateOrder, StatementFormat } from '../statements/statement.ts';
import { decidedByFromWire, kindsFromWire, wireKind, wireTransaction } from './transaction-wire.ts';
import { optionalMoney } from './wire.ts';

const methods = CategorizationService.method;

export function categorizationService(parts: AnalyticsParts): ServedService {
  const served = serve(CategorizationService, {
    async categorizeTransaction(request, handler) {
      const [transaction] = await categorizeTransactions(
        parts,
        memberOf(handler),
        [newTransaction(request, 'amount')],
        requestKey(methods.categorizeTransaction, request),
      );
      if (transaction === undefined) throw new Error('One transaction was asked for and none was kept.');
      const { id, category, confidence, needsReview } = transaction;
      return { transactionId: id, category, confidence, needsReview, alternatives: alternatives(transaction) };
    },

    async batchCategorizeTransactions(request, handler) {
      const transactions = await categorizeTransactions(
        parts,
        memberOf(handler),
        request.transactions.map((input, index) => newTransaction(input, `transactions[${index}].amount`)),
        requestKey(methods.batchCategorizeTransactions, request),
      );
      return { transactions: transactions.map(wireTransaction) };
    },

    async *importTransactions(request, handler) {
      const key = requestKey(methods.importTransactions, request);
      const { csv } = request;
      const format = formatOf(request);
      for await (const event of importTransactions(parts, memberOf(handler), csv, format, key, handler.signal)) {
        if ('progress' in event) yield { event: { case: 'progress', value: event.progress } };
        else yield { event: { case: 'result', value: { ...event.result, errors: [...event.result.errors] } } };
      }
    },

    async listTransactions(request, handler) {
      const { organizationId } = memberOf(handler);
      const { transactions, ...page } = await listTransactions(parts, organizationId, filterOf(request), request);
      return { ...page, transactions: transactions.map(wireTransaction) };
    },

    async updateTransactionCategory(request, handler) {
      const key = requestKey(methods.updateTransactionCategory, request);
      const { id, category } = request;
      const transaction = await updateTransactionCategory(parts, memberOf(handler), id, category, key);
      return { transaction: wireTransaction(transaction) };
    },

    async listCategories(request, handler) {
      const { organizationId } = memberOf(handler);
      const kinds = kindsFromWire(request.kinds);
      const { categories, ...page } = await listCategories(parts, organizationId, kinds, request);
      return {
        ...page,
        categories: categories.map(({ key, name, description, kind }) => ({
          category: key,
          name,
          description,
          kind: wireKind(kind),
        })),
      };
    },
  });
  return awaitBooks(served);
}

function newTransaction(
  { description, amount, date }: Pick<TransactionInput, 'description' | 'amount' | 'date'>,
  field: string,
): NewTransaction {
  return { description, amount: optionalMoney(amount, field), date: date || undefined };
}

function formatOf({ columns, dateFormat, decimalComma, currencyCode }: ImportTransactionsRequest): StatementFormat {
  const { date = '', description = '', amount = '', debit = '', credit = '', currency = '' } = columns ?? {};
  return {
    columns: { date, description, amount, debit, credit, currency },
    dateOrder: dateOrderOf(dateFormat),
    decimalComma,
    currency: currencyCode,
  };
}

function dateOrderOf(format: CsvDateFormat): DateOrder {
  switch (format) {
    case CsvDateFormat.DAY_MONTH_YEAR:
      return 'day-month-year';
    case CsvDateFormat.MONTH_DAY_YEAR:
      return 'month-day-year';
    default:
      return 'year-month-day';
  }
}

function filterOf(request: ListTransactionsRequest): TransactionFilter {
  return {
    categories: request.categories,
    needsReview: request.needsReview,
    decidedBy: decidedByFromWire(request.decidedBy),
    query: request.query,
    currency: request.currencyCode,
    amountMinorMin: request.amountMinorMin,
    amountMinorMax: request.amountMinorMax,
    dateFrom: request.dateFrom,
    dateTo: request.dateTo,
  };
}
