/**
 * How a request goes wrong. The `…_after` kinds do the work first and lose the answer, as a broken line does;
 * the others fail before anything is done.
 */
export const faultKinds = [
  'error',
  'error_after',
  'rate_limit',
  'drop',
  'drop_after',
  'timeout',
  'timeout_after',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** Requests that go wrong; 1 when absent. */
  count?: number;
  /** Start of the path, e.g. `/v1/refunds`; every path when absent. */
  path?: string;
  /** HTTP method; POST when absent. */
  method?: string;
}

/** How the next confirmed intent that would be approved ends after having been `processing`. */
export interface SlowSettlement {
  outcome: 'succeeded' | 'declined';
  /** How long it stays `processing`. */
  afterMs: number;
}

/** What a test asks the sandbox to do wrong. Held in memory: a restarted sandbox behaves. */
export class Control {
  #faults: Required<Fault>[] = [];
  #settlements: SlowSettlement[] = [];
  /** Where webhooks go instead of where the sandbox was told at its start. */
  webhookUrl: string | undefined;
  /** Webhooks wait until they are released or delivered by hand. */
  webhooksHeld = false;
  /** Every webhook is sent this many times more. */
  webhookDuplicates = 0;
  /** Every webhook created from now on waits this long before its first attempt. */
  webhookDelayMs = 0;

  fail(fault: Fault): void {
    this.#faults.push({ count: 1, path: '/v1/', method: 'POST', ...fault });
  }

  settleNextSlowly(settlement: SlowSettlement): void {
    this.#settlements.push(settlement);
  }

  /** Back to good behaviour. */
  reset(): void {
    this.#faults = [];
    this.#settlements = [];
    this.webhookUrl = undefined;
    this.webhooksHeld = false;
    this.webhookDuplicates = 0;
    this.webhookDelayMs = 0;
  }

  /** The fault for this request, used up by being asked for. */
  takeFault(method: string, path: string): FaultKind | undefined {
    const fault = this.#faults.find((each) => each.method === method && path.startsWith(each.path));
    if (!fault) return undefined;
    fault.count -= 1;
    if (fault.count <= 0) this.#faults = this.#faults.filter((each) => each !== fault);
    return fault.kind;
  }

  takeSettlement(): SlowSettlement | undefined {
    return this.#settlements.shift();
  }
}
