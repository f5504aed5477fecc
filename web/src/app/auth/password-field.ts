import { ChangeDetectionStrategy, Component, input, signal } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import { MatIconButton } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInput } from '@angular/material/input';
import { FieldErrorPipe } from '../forms/field-error.pipe.ts';
import { Icon } from '../ui/icon/icon.ts';

/** A password that its owner may look at. */
@Component({
  selector: 'ff-password-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [FieldErrorPipe, FormField, Icon, MatFormFieldModule, MatIconButton, MatInput],
  template: `
    <mat-form-field appearance="outline">
      <mat-label>Password</mat-label>
      <input
        matInput
        [type]="shown() ? 'text' : 'password'"
        [autocomplete]="autocomplete()"
        [formField]="field()"
      />
      <button
        matIconButton
        matSuffix
        type="button"
        [attr.aria-label]="shown() ? 'Hide password' : 'Show password'"
        [attr.aria-pressed]="shown()"
        (click)="shown.set(!shown())"
      >
        <ff-icon [name]="shown() ? 'visibility_off' : 'visibility'" />
      </button>
      @if (hint()) {
        <mat-hint>{{ hint() }}</mat-hint>
      }
      <mat-error>{{ field()() | fieldError }}</mat-error>
    </mat-form-field>
  `,
  styles: `
    mat-form-field {
      width: 100%;
    }
  `,
})
export class PasswordField {
  readonly field = input.required<FieldTree<string>>();
  readonly autocomplete = input.required<'current-password' | 'new-password'>();
  readonly hint = input('');
  protected readonly shown = signal(false);
}
