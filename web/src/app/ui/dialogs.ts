import type { ComponentType } from '@angular/cdk/portal';
import { Injectable, Injector, inject } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';
import { filter, firstValueFrom, takeUntil } from 'rxjs';
import { LostParts } from '../shell/lost-parts.ts';
import type { Question } from './confirm-dialog.ts';

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
    });
    // Material closes dialogs on the browser's Back alone, not when a link or the end of the session leads away.
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
