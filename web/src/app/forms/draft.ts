import { computed, DestroyRef, Injectable, inject, signal, type WritableSignal } from '@angular/core';
import { Store } from '@ngrx/store';
import { Intent } from '../api/intent.ts';
import { Session } from '../api/session.ts';
import { authFeature } from '../auth/state/auth.feature.ts';
import { UnsavedWork } from './unsaved-work.ts';

/** What is being written in a form, and the intent it will be sent with. */
export interface Draft<T> {
  readonly text: WritableSignal<T>;
  readonly intent: Intent;
}

interface Kept {
  readonly owner: string;
  /** As JSON: forms put marks of their own on the objects they hold. */
  readonly text: string;
  readonly intent: Intent;
}

/**
 * Drafts whose page was closed by the end of the session, until the same person opens that page again. In memory alone:
 * signing in again needs no reload, and what is typed about money has no business in web storage.
 */
@Injectable({ providedIn: 'root' })
class KeptDrafts {
  private readonly kept = new Map<string, Kept>();

  keep(page: string, draft: Kept): void {
    this.kept.set(page, draft);
  }

  /** Gives the draft of a page back to who wrote it, once. Whoever else comes in between ends it. */
  take(page: string, owner: string): Kept | undefined {
    const draft = this.kept.get(page);
    this.kept.delete(page);
    return draft?.owner === owner ? draft : undefined;
  }
}

/**
 * What a page's form is written in: begun as `start`, or with what the end of the session interrupted. While `isSaved`
 * denies it, the person is asked before it is lost. To be called in an injection context.
 */
export function draftOf<T extends object>(page: string, start: T, isSaved: (text: T) => boolean): Draft<T> {
  const drafts = inject(KeptDrafts);
  const session = inject(Session);
  const me = inject(Store).selectSignal(authFeature.selectMe)();
  const owner = `${me?.organizationId} ${me?.id}`;
  const kept = drafts.take(page, owner);
  const text = signal(kept ? (JSON.parse(kept.text) as T) : start);
  // The same intent: an attempt whose answer was lost must not be done twice.
  const intent = kept?.intent ?? new Intent();
  const unsaved = computed(() => !isSaved(text()));
  const work = inject(UnsavedWork);
  work.watch(unsaved);
  inject(DestroyRef).onDestroy(() => {
    const wanted = work.unwatch(unsaved) && unsaved();
    if (wanted && !session.open()) drafts.keep(page, { owner, text: JSON.stringify(text()), intent });
  });
  return { text, intent };
}

/** Whether two texts of a form are the same. */
export function isSameText<T extends object>(a: T, b: T): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
