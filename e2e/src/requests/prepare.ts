import type { JsonObject } from '@bufbuild/protobuf';
import type { Company } from '../company.ts';

/** Makes what a request needs in the company, then the request; several where it has several forms. */
export type Prepare = (company: Company) => JsonObject | JsonObject[] | Promise<JsonObject | JsonObject[]>;

/** The requests of one deployment, by `Service.Method`. */
export type Prepares = Readonly<Record<string, Prepare>>;

export const newRequestId = (): string => crypto.randomUUID();
export const newEmail = (): string => `somebody-${crypto.randomUUID()}@example.com`;
export const newPassword = (): string => `pale-otter-${crypto.randomUUID()}`;

/** Money in JSON, of USD. */
export const money = (amountMinor: number): JsonObject => ({ currencyCode: 'USD', amountMinor: String(amountMinor) });

export const amountRange = { currencyCode: 'USD', amountMinorMin: '1', amountMinorMax: '1000000' };
export const createdRange = { createdFrom: '2020-01-01T00:00:00Z', createdUntil: '2100-01-01T00:00:00Z' };
