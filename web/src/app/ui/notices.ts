import { Injectable, Injector, inject } from '@angular/core';

/** Short messages at the edge of the window, announced to screen readers: what just succeeded. */
@Injectable({ providedIn: 'root' })
export class Notices {
  private readonly injector = inject(Injector);

  /** Shows a message for a few seconds. */
  say(message: string): void {
    // Loaded at the first message: no page needs it to appear.
    void import('@angular/material/snack-bar').then(({ MatSnackBar }) =>
      this.injector.get(MatSnackBar).open(message, undefined, { duration: 5000 }),
    );
  }
}
