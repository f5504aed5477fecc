import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Appearance, type AppearanceChoice } from '../shell/appearance.ts';
import { Icon } from '../ui/icon/icon.ts';
import type { IconName } from '../ui/icon/paths.ts';

interface Choice {
  readonly value: AppearanceChoice;
  readonly label: string;
  readonly icon: IconName;
}

/** Light, dark, or as the system has it. */
@Component({
  selector: 'ff-appearance-picker',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <fieldset>
      <legend class="ff-visually-hidden">Colours</legend>
      @for (choice of choices; track choice.value) {
        <label>
          <input
            type="radio"
            name="ff-appearance"
            class="ff-visually-hidden"
            [checked]="appearance.choice() === choice.value"
            (change)="appearance.choose(choice.value)"
          />
          <ff-icon [name]="choice.icon" />{{ choice.label }}
        </label>
      }
    </fieldset>
  `,
  styles: `
    fieldset {
      display: flex;
      flex-wrap: wrap;
      gap: var(--ff-space-2);
      margin: 0;
      padding: 0;
      border: 0;
    }

    label {
      display: inline-flex;
      align-items: center;
      gap: var(--ff-space-2);
      padding: 9px var(--ff-space-4);
      border: 1px solid var(--ff-line-strong);
      border-radius: var(--ff-radius-m);
      font: var(--ff-label);
      cursor: pointer;
    }

    label:hover {
      background: var(--ff-hover);
    }

    label:has(:checked) {
      border-color: transparent;
      background: var(--ff-accent-soft);
      color: var(--ff-on-accent-soft);
    }

    label:has(:focus-visible) {
      outline: 2px solid var(--ff-accent);
      outline-offset: 2px;
    }
  `,
})
export class AppearancePicker {
  protected readonly appearance = inject(Appearance);
  protected readonly choices: readonly Choice[] = [
    { value: 'system', label: 'As the system', icon: 'contrast' },
    { value: 'light', label: 'Light', icon: 'light_mode' },
    { value: 'dark', label: 'Dark', icon: 'dark_mode' },
  ];
}
