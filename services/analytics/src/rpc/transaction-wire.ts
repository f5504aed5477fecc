import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type Transaction,
  TransactionSchema,
  CategoryKind as WireCategoryKind,
  DecidedBy as WireDecidedBy,
} from '@finflow/proto/finflow/analytics/v1/categorization_pb';
import type { CategoryKind } from '../categorization/categories.ts';
import { alternatives, type CategorizedTransaction, type DecidedBy } from '../domain/transaction.ts';
import { wireMoney } from './wire.ts';

const decidedByToWire: Readonly<Record<DecidedBy, WireDecidedBy>> = {
  model: WireDecidedBy.MODEL,
  person: WireDecidedBy.PERSON,
};

const kindToWire: Readonly<Record<CategoryKind, WireCategoryKind>> = {
  expense: WireCategoryKind.EXPENSE,
  income: WireCategoryKind.INCOME,
  transfer: WireCategoryKind.TRANSFER,
};

export function wireKind(kind: CategoryKind): WireCategoryKind {
  return kindToWire[kind];
}

/** The kinds a request names; those it does not know of are none. */
export function kindsFromWire(kinds: readonly WireCategoryKind[]): CategoryKind[] {
  return Object.entries(kindToWire).flatMap(([kind, wire]) => (kinds.includes(wire) ? [kind as CategoryKind] : []));
}

export function decidedByFromWire(decidedBy: WireDecidedBy): DecidedBy | undefined {
  switch (decidedBy) {
    case WireDecidedBy.MODEL:
      return 'model';
    case WireDecidedBy.PERSON:
      return 'person';
    default:
      return undefined;
  }
}

export function wireTransaction(transaction: CategorizedTransaction): Transaction {
  const { amountMinor, currency } = transaction;
  return create(TransactionSchema, {
    id: transaction.id,
    userId: transaction.userId,
    organizationId: transaction.organizationId,
    date: transaction.date,
    description: transaction.description,
    amount: amountMinor === null || currency === null ? undefined : wireMoney(currency, amountMinor),
    category: transaction.category,
    confidence: transaction.confidence,
    needsReview: transaction.needsReview,
    decidedBy: decidedByToWire[transaction.decidedBy],
    alternatives: alternatives(transaction),
    version: transaction.version,
    createdAt: timestampFromDate(transaction.createdAt),
    updatedAt: timestampFromDate(transaction.updatedAt),
  });
}
