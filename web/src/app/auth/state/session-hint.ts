import { DOCUMENT } from '@angular/common';
import { Injectable, inject } from '@angular/core';
import { filter, fromEvent, map, type Observable } from 'rxjs';

const key = 'finflow.session';

/**
 * Remembers, across tabs and starts, that somebody signed in: no token, only the word. The cookie itself is out of reach
 * of scripts, and asking the server on every visit would answer each newcomer with an error.
 */
@Injectable({ providedIn: 'root' })
export class SessionHint {
  private readonly window = inject(DOCUMENT).defaultView as Window;

  /** Emits when another tab signs in (true) or out (false). */
  readonly changedElsewhere: Observable<boolean> = fromEvent<StorageEvent>(this.window, 'storage').pipe(
    filter((event) => event.key === key),
    map((event) => event.newValue !== null),
  );

  present(): boolean {
    return this.window.localStorage.getItem(key) !== null;
  }

  set(): void {
    this.window.localStorage.setItem(key, 'open');
  }

  clear(): void {
    this.window.localStorage.removeItem(key);
  }
}
