import { ChangeDetectionStrategy, Component } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state.ts';

@Component({
  selector: 'ff-not-found',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [EmptyState, MatButton, RouterLink],
  template: `
    <ff-empty-state icon="search" heading="There is no such page">
      The address may be mistyped, or what was here has moved.
      <a action matButton="filled" routerLink="/dashboard">To the dashboard</a>
    </ff-empty-state>
  `,
})
export class NotFound {}
