/** What the platform acknowledged to one company, which the audit holds it to, and what it took to get there. */
export interface History {
  /** Invoice id → total in minor units. */
  readonly invoices: Map<string, bigint>;
  readonly payments: Map<string, { invoiceId: string; amountMinor: bigint; refundedMinor: bigint; failed: boolean }>;
  /** Ids of entries posted by hand. */
  readonly entries: Set<string>;
  /** Description of a bank transaction, each of its own → the category a person gave it; '' when the model decided. */
  readonly transactions: Map<string, string>;
  /** Name of the organization, as it was last given. */
  organizationName: string;
  /** Requests sent, those sent again too. */
  sent: number;
  acknowledged: number;
  /** Requests sent again because no answer came, or one that says to try again. */
  retries: number;
  /** What those answers were → how often. */
  readonly refusals: Map<string, number>;
}

/** A history of nothing yet. */
export function emptyHistory(): History {
  return {
    invoices: new Map(),
    payments: new Map(),
    entries: new Set(),
    transactions: new Map(),
    organizationName: '',
    sent: 0,
    acknowledged: 0,
    retries: 0,
    refusals: new Map(),
  };
}
