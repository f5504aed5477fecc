import type { ComponentType } from '@angular/cdk/portal';
import { Injectable, Injector, inject } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';
import { filter, firstValueFrom, takeUntil } from 'rxjs';
import { LostParts } from '../shell/lost-parts.ts';
import type { Question } from './confirm-dialog.ts';

/** A dialog that sends something. While the request is under way it stays: closing it would not call the request off. */
export interface SendingDialog {
  readonly sending: () => boolean;
}

/** Opens dialogs. Material's dialog and the dialog itself load at the first use. */
@Injectable({ providedIn: 'root' })
export class Dialogs {
  private readonly injector = inject(Injector);
  private readonly router = inject(Router);
  private readonly lostParts = inject(LostParts);

  /** Opens a dialog with its data. Resolves to what it was closed with; undefined when it was dismissed or did not load. */
  async open<C, D, R>(load: () => Promise<ComponentType<C>>, data: D): Promise<R | undefined> {
    const parts = await Promise.all([import('@angular/material/dialog'), load()]).catch(() => null);
    if (!parts) {
      this.lostParts.recover(this.router.url);
      return undefined;
    }
    const [{ MatDialog }, component] = parts;
    const ref = this.injector.get(MatDialog).open<C, D, R>(component, {
      data,
      width: '480px',
      maxWidth: 'calc(100vw - 24px)',
      panelClass: 'ff-dialog',
      autoFocus: 'first-tabbable',
      closePredicate: (_, __, dialog) => !isSending(dialog),
      // Back would close it without asking the predicate. Leaving the page closes it below.
      closeOnNavigation: false,
    });
    // Whatever leads away: a link, the browser's Back, the end of the session. One that is still sending stays over the
    // next page, so that the person learns what came of it.
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        takeUntil(ref.afterClosed()),
      )
      .subscribe(() => ref.close());
    return firstValueFrom(ref.afterClosed());
  }

  /** Asks a question; true when the person agrees, false when they decline, dismiss it or cannot be asked. */
  async confirm(question: Question): Promise<boolean> {
    const load = () => import('./confirm-dialog.ts').then((m) => m.ConfirmDialog);
    return (await this.open<unknown, Question, boolean>(load, question)) === true;
  }
}

function isSending(dialog: unknown): boolean {
  return (dialog as Partial<SendingDialog> | null)?.sending?.() === true;
}
