import { Injectable, Injector, inject } from '@angular/core';

/** Short messages at the edge of the window, announced to screen readers: what just succeeded. */
@Injectable({ providedIn: 'root' })
export class Notices {
  private readonly injector = inject(Injector);

  /** Shows a message for a few seconds. */
  say(message: string): void {
    void this.bar().then((bar) => bar.open(message, undefined, { duration: 5000 }));
  }

  /** Loads what messages are shown with, so that one can be shown when nothing can be loaded. Whether it loads, or not. */
  async prepare(): Promise<void> {
    await this.bar().catch(() => undefined);
  }

  // Loaded apart: no page needs it to appear.
  private async bar() {
    const { MatSnackBar } = await import('@angular/material/snack-bar');
    return this.injector.get(MatSnackBar);
  }
}
