import type { JsonObject } from '@bufbuild/protobuf';
import type { Company } from '../company.ts';
import type { Rpc } from '../contracts.ts';
import { accountingRequests } from './accounting.ts';
import { analyticsRequests } from './analytics.ts';
import { authRequests } from './auth.ts';
import { paymentsRequests } from './payments.ts';

const prepares = {
  auth: authRequests,
  payments: paymentsRequests,
  accounting: accountingRequests,
  analytics: analyticsRequests,
};

/**
 * Requests of a method that its company may make: each field filled, each resource the company's own.
 *
 * @throws Error for a method that nobody has written a request for
 */
export async function requestsFor({ name, deployment }: Rpc, company: Company): Promise<JsonObject[]> {
  const prepare = prepares[deployment][name.replace(`${deployment}.v1.`, '')];
  if (!prepare) throw new Error(`${name} has no request in e2e/src/requests/${deployment}.ts: write one.`);
  return [await prepare(company)].flat();
}
