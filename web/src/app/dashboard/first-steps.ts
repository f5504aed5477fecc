import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCardModule } from '@angular/material/card';
import { RouterLink } from '@angular/router';
import { Icon } from '../ui/icon/icon.ts';

/** What a new company sees instead of empty charts: the way to its first figures. */
@Component({
  selector: 'ff-first-steps',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, MatButton, MatCardModule, RouterLink],
  templateUrl: './first-steps.html',
  styleUrl: './first-steps.scss',
})
export class FirstSteps {
  readonly canOperate = input.required<boolean>();
}
