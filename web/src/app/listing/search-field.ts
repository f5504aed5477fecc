import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  type ElementRef,
  effect,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { Icon } from '../ui/icon/icon.ts';

// Long enough that a word typed in one go asks once.
const pauseMs = 300;

/** A search box that speaks up when the person pauses, presses Enter or clears it. */
@Component({
  selector: 'ff-search-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <ff-icon name="search" />
    <input
      #box
      type="search"
      autocomplete="off"
      spellcheck="false"
      maxlength="200"
      [attr.aria-label]="label()"
      [placeholder]="label()"
      (input)="later()"
      (search)="now()"
      (keydown.enter)="now()"
    />
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--ff-space-2);
      min-width: 0;
      height: 40px;
      padding-inline: var(--ff-space-3);
      border: 1px solid var(--ff-line-strong);
      border-radius: var(--ff-radius-m);
      background: var(--ff-surface);
      color: var(--ff-muted);
    }

    :host:focus-within {
      border-color: var(--ff-accent);
      outline: 1px solid var(--ff-accent);
    }

    input {
      flex: 1;
      min-width: 0;
      height: 100%;
      border: 0;
      outline: 0;
      background: none;
      color: var(--ff-ink);
      font: var(--ff-body);
    }

    input::placeholder {
      color: var(--ff-muted);
      opacity: 1;
    }
  `,
})
export class SearchField {
  readonly label = input.required<string>();
  readonly text = input('');
  readonly changed = output<string>();
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.timer));
    // The address bar leads, but never overwrites what is just being typed.
    effect(() => {
      const box = this.box().nativeElement;
      if (box.value.trim() !== this.text()) box.value = this.text();
    });
  }

  protected later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), pauseMs);
  }

  protected now(): void {
    clearTimeout(this.timer);
    const text = this.box().nativeElement.value.trim();
    if (text !== this.text()) this.changed.emit(text);
  }
}
