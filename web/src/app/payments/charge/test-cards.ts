import { ChangeDetectionStrategy, Component, ElementRef, inject, input, model } from '@angular/core';
import type { FormValueControl } from '@angular/forms/signals';
import type { TestSource } from '@finflow/proto/finflow/payments/v1/payment_pb';
import { Icon } from '../../ui/icon/icon.ts';

let made = 0;

/** The sandbox's cards to choose from: what each is and what will happen to it. Its value is the token to charge. */
@Component({
  selector: 'ff-test-cards',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <fieldset>
      <legend>Test card <span class="ff-muted">– this is the sandbox, no money moves</span></legend>
      @for (card of sources(); track card.source) {
        <label>
          <input
            type="radio"
            [name]="group"
            [value]="card.source"
            [checked]="value() === card.source"
            (change)="value.set(card.source)"
          />
          <ff-icon name="credit_card" />
          <span class="words">
            <span>{{ card.label }}</span>
            <span class="ff-small ff-muted">{{ card.outcome }}</span>
          </span>
        </label>
      }
    </fieldset>
  `,
  styles: `
    fieldset {
      display: grid;
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 0;
    }

    legend {
      margin-block-end: var(--ff-space-2);
      padding: 0;
      font: var(--ff-label);
    }

    label {
      display: flex;
      align-items: center;
      gap: var(--ff-space-3);
      padding: 9px var(--ff-space-3);
      border: 1px solid var(--ff-line);
      border-block-end-width: 0;
      cursor: pointer;
    }

    label:first-of-type {
      border-radius: var(--ff-radius-m) var(--ff-radius-m) 0 0;
    }

    label:last-of-type {
      border-block-end-width: 1px;
      border-radius: 0 0 var(--ff-radius-m) var(--ff-radius-m);
    }

    label:hover {
      background: var(--ff-hover);
    }

    label:has(:checked) {
      background: var(--ff-accent-soft);
      color: var(--ff-on-accent-soft);
    }

    label:has(:checked) .ff-muted {
      color: inherit;
    }

    input {
      flex: none;
      width: 18px;
      height: 18px;
      margin: 0;
      accent-color: var(--ff-accent);
    }

    .words {
      display: grid;
      min-width: 0;
    }
  `,
})
export class TestCards implements FormValueControl<string> {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly sources = input.required<readonly TestSource[]>();
  readonly value = model('');
  protected readonly group = `ff-test-cards-${made++}`;

  focus(): void {
    this.host.nativeElement.querySelector<HTMLInputElement>('input')?.focus();
  }
}
