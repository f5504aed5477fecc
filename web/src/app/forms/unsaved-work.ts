import { DOCUMENT } from '@angular/common';
import { computed, effect, Injectable, inject, type Signal, signal } from '@angular/core';
import type { CanDeactivateFn } from '@angular/router';
import { Session } from '../api/session.ts';
import { Dialogs } from '../ui/dialogs.ts';

/** Knows whether something typed is not saved yet, and asks before it is lost. */
@Injectable({ providedIn: 'root' })
export class UnsavedWork {
  private readonly dialogs = inject(Dialogs);
  private readonly session = inject(Session);
  /** Of each open form, whether it holds something unsaved. */
  private readonly watched = signal<readonly Signal<boolean>[]>([]);
  private readonly present = computed(() => this.watched().some((unsaved) => unsaved()));

  constructor() {
    const window = inject(DOCUMENT).defaultView as Window;
    const warn = (event: Event) => event.preventDefault();
    // Only while there is something to lose: a listener keeps a page out of some browsers' back-forward cache.
    effect((onCleanup) => {
      if (!this.present()) return;
      window.addEventListener('beforeunload', warn);
      onCleanup(() => window.removeEventListener('beforeunload', warn));
    });
  }

  /** Watches a form, whose signal says whether it holds something unsaved. */
  watch(unsaved: Signal<boolean>): void {
    this.watched.update((watched) => [...watched, unsaved]);
  }

  /** Ends a watch. Returns false when it had ended before, because the person agreed to lose what was typed. */
  unwatch(unsaved: Signal<boolean>): boolean {
    const watched = this.watched();
    this.watched.set(watched.filter((other) => other !== unsaved));
    return watched.includes(unsaved);
  }

  /** Whether the person may be led away: nothing is unsaved, they agree to lose it, or the session has ended anyway. */
  async mayLeave(): Promise<boolean> {
    if (!this.present() || !this.session.open()) return true;
    const agreed = await this.dialogs.confirm({
      heading: 'Leave without saving?',
      text: 'What you typed on this page is not saved and would be lost.',
      yes: 'Leave',
      no: 'Stay here',
    });
    if (agreed) this.watched.set([]);
    return agreed;
  }
}

/** Asks before a page with unsaved work is left. */
export const askBeforeLeaving: CanDeactivateFn<unknown> = () => inject(UnsavedWork).mayLeave();
