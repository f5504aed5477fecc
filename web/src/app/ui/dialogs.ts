import type { ComponentType } from '@angular/cdk/portal';
import { Injectable, Injector, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

/** Opens dialogs. Material's dialog and the dialog itself load at the first use. */
@Injectable({ providedIn: 'root' })
export class Dialogs {
  private readonly injector = inject(Injector);

  /** Opens a dialog with its data and resolves to what it was closed with; undefined when it was dismissed. */
  async open<C, D, R>(load: () => Promise<ComponentType<C>>, data: D): Promise<R | undefined> {
    const [{ MatDialog }, component] = await Promise.all([import('@angular/material/dialog'), load()]);
    const ref = this.injector.get(MatDialog).open<C, D, R>(component, {
      data,
      width: '480px',
      maxWidth: 'calc(100vw - 24px)',
      panelClass: 'ff-dialog',
      autoFocus: 'first-tabbable',
    });
    return firstValueFrom(ref.afterClosed());
  }
}
