import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatCardModule } from '@angular/material/card';
import { Store } from '@ngrx/store';
import { AuthPageActions } from '../auth/state/auth.actions.ts';
import { authFeature } from '../auth/state/auth.feature.ts';
import { UnsavedWork } from '../forms/unsaved-work.ts';
import { Button } from '../ui/button.ts';
import { PageHeader } from '../ui/page-header.ts';
import { AppearancePicker } from './appearance-picker.ts';
import { OrganizationForm } from './organization-form.ts';
import { roleName } from './role-name.ts';
import { Sessions } from './sessions.ts';

@Component({
  selector: 'ff-settings',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AppearancePicker, Button, MatCardModule, OrganizationForm, PageHeader, Sessions],
  templateUrl: './settings.html',
  styleUrl: './settings.scss',
})
export class Settings {
  private readonly store = inject(Store);
  private readonly work = inject(UnsavedWork);
  protected readonly me = this.store.selectSignal(authFeature.selectMe);
  protected readonly role = computed(() => roleName(this.me()?.organizationRole));
  private readonly pending = this.store.selectSignal(authFeature.selectPending);
  protected readonly leaving = computed(() => this.pending() === 'signOut');

  protected async signOut(): Promise<void> {
    if (await this.work.mayLeave()) this.store.dispatch(AuthPageActions.signOutClicked());
  }
}
