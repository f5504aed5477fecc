import { DOCUMENT } from '@angular/common';
import { computed, effect, Injectable, Injector, inject, signal } from '@angular/core';

/** What a person may choose: the system's colours or always the same. */
export type AppearanceChoice = 'system' | 'light' | 'dark';

const key = 'finflow.appearance';

/** Light or dark: the system's choice until the person makes one, which this browser remembers. */
@Injectable({ providedIn: 'root' })
export class Appearance {
  private readonly document = inject(DOCUMENT);
  private readonly window = this.document.defaultView as Window;
  private readonly injector = inject(Injector);
  private readonly systemDark = this.window.matchMedia('(prefers-color-scheme: dark)');
  private readonly system = signal(this.systemDark.matches);
  private readonly chosen = signal(this.remembered());

  readonly choice = this.chosen.asReadonly();
  readonly dark = computed(() => (this.chosen() === 'system' ? this.system() : this.chosen() === 'dark'));

  /** Keeps the document in step with the choice from now on. */
  follow(): void {
    this.systemDark.addEventListener('change', ({ matches }) => this.system.set(matches));
    effect(
      () => {
        const choice = this.chosen();
        if (choice === 'system') this.document.documentElement.removeAttribute('data-appearance');
        else this.document.documentElement.setAttribute('data-appearance', choice);
      },
      { injector: this.injector },
    );
  }

  choose(choice: AppearanceChoice): void {
    this.window.localStorage.setItem(key, choice);
    this.chosen.set(choice);
  }

  private remembered(): AppearanceChoice {
    const stored = this.window.localStorage.getItem(key);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  }
}
