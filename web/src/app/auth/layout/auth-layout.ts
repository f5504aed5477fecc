import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { Brand } from '../../shell/brand.ts';

/** The frame of the pages before sign-in: the form, and on wide windows what FinFlow is about. */
@Component({
  selector: 'ff-auth-layout',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Brand],
  templateUrl: './auth-layout.html',
  styleUrl: './auth-layout.scss',
})
export class AuthLayout {
  readonly heading = input.required<string>();
}
