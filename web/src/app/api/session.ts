import { computed, Injectable, InjectionToken, inject, signal } from '@angular/core';
import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { Subject } from 'rxjs';
import { NOW } from './now.ts';

interface AccessToken {
  readonly value: string;
  readonly expiresAtMs: number;
}

/** What Login and Refresh answer with, as far as a browser is concerned: the refresh token is in the cookie. */
export interface TokenReply {
  readonly accessToken: string;
  readonly accessTokenExpiresAt?: Timestamp;
}

// Above the time a refresh may take, so that a tab gives up waiting only when the holder hangs.
const lockWaitMs = 20_000;
// A token this close to its end is renewed before it is used rather than after it was refused.
const earlyMs = 15_000;

/** Exchanges the refresh cookie for a new access token. Provided by {@link provideApi}: the call needs this very session. */
export const REFRESH = new InjectionToken<() => Promise<TokenReply>>('REFRESH');

/** Runs work while no other tab of this browser runs any under the same name. */
export const EXCLUSIVE = new InjectionToken<<T>(name: string, work: () => Promise<T>) => Promise<T>>('EXCLUSIVE', {
  providedIn: 'root',
  factory: () => (name, work) =>
    navigator.locks.request(name, { signal: AbortSignal.timeout(lockWaitMs) }, work) as Promise<never>,
});

/**
 * The access token, in memory alone, and its renewal by the refresh cookie. The server rotates that cookie and ends the
 * whole session when one value comes twice, so at any time at most one renewal runs: calls of this tab share it, and
 * tabs take turns.
 */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly refresh = inject(REFRESH);
  private readonly exclusive = inject(EXCLUSIVE);
  private readonly now = inject(NOW);
  private readonly token = signal<AccessToken | undefined>(undefined);
  private renewal: Promise<void> | undefined;
  private generation = 0;

  /** Emits when the server says that the session is over. */
  readonly ended = new Subject<void>();
  readonly open = computed(() => this.token() !== undefined);

  /** Takes the tokens of a sign-in or a renewal. */
  accept(reply: TokenReply): void {
    const expiresAtMs = reply.accessTokenExpiresAt ? timestampMs(reply.accessTokenExpiresAt) : 0;
    this.token.set({ value: reply.accessToken, expiresAtMs });
  }

  /** Forgets the access token; a renewal still under way is not accepted any more. */
  drop(): void {
    this.generation += 1;
    this.token.set(undefined);
  }

  /** An access token to call with. Throws UNAUTHENTICATED when the session is over. */
  async accessToken(): Promise<string> {
    const token = this.token();
    if (!token || token.expiresAtMs - this.now() < earlyMs) await this.renew(token?.value);
    return this.token()?.value ?? '';
  }

  /**
   * Exchanges the cookie for a new access token, unless `stale` has been replaced in the meantime. Throws
   * UNAUTHENTICATED, after telling `ended`, when the session is over; other codes leave it as it is.
   */
  renew(stale: string | undefined): Promise<void> {
    const token = this.token();
    if (token && token.value !== stale) return Promise.resolve();
    this.renewal ??= this.exchange().finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async exchange(): Promise<void> {
    const generation = this.generation;
    try {
      const reply = await this.exclusive('finflow.refresh', this.refresh);
      if (generation === this.generation) this.accept(reply);
    } catch (thrown) {
      const error = ConnectError.from(thrown);
      const over = error.code === Code.Unauthenticated || error.code === Code.PermissionDenied;
      if (over && generation === this.generation) {
        this.drop();
        this.ended.next();
      }
      throw error;
    }
  }
}
