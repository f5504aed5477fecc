import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Store } from '@ngrx/store';
import { AuthPageActions } from '../auth/state/auth.actions.ts';
import { authFeature } from '../auth/state/auth.feature.ts';
import { UnsavedWork } from '../forms/unsaved-work.ts';
import { Icon } from '../ui/icon/icon.ts';
import { Brand } from './brand.ts';
import { destinations } from './destinations.ts';

/**
 * The way between the areas. One list of links in three shapes (words and icons, icons, a bar below the page), all by
 * style sheet: nothing has to measure the window or redraw when it turns.
 */
@Component({
  selector: 'ff-sidebar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { role: 'navigation', 'aria-label': 'Main' },
  imports: [Brand, Icon, MatIconButton, RouterLink, RouterLinkActive],
  templateUrl: './sidebar.html',
  styleUrl: './sidebar.scss',
})
export class Sidebar {
  private readonly store = inject(Store);
  private readonly work = inject(UnsavedWork);
  protected readonly destinations = destinations;
  private readonly profile = this.store.selectSignal(authFeature.selectProfile);
  protected readonly organizationName = computed(() => this.profile()?.organization?.name ?? 'No organization');
  protected readonly email = computed(() => this.profile()?.me.email ?? '');
  protected readonly initial = computed(() => this.organizationName().trim().charAt(0).toUpperCase());

  protected async signOut(): Promise<void> {
    if (await this.work.mayLeave()) this.store.dispatch(AuthPageActions.signOutClicked());
  }
}
