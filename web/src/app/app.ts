import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { Store } from '@ngrx/store';
import { AuthPageActions } from './auth/state/auth.actions.ts';
import { authFeature } from './auth/state/auth.feature.ts';
import { Unreachable } from './shell/unreachable.ts';

/** The root: the routed page, or, while nobody can say who is signed in, why not. */
@Component({
  selector: 'ff-root',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [RouterOutlet, Unreachable],
  template: `
    @if (problem(); as problem) {
      @defer (on immediate) {
        <ff-unreachable [problem]="problem" (retry)="reconnect()" />
      }
    }
    <router-outlet />
  `,
})
export class App {
  private readonly store = inject(Store);
  private readonly status = this.store.selectSignal(authFeature.selectStatus);
  private readonly lastProblem = this.store.selectSignal(authFeature.selectProblem);
  protected readonly problem = () => (this.status() === 'unreachable' ? this.lastProblem() : null);

  protected reconnect(): void {
    this.store.dispatch(AuthPageActions.reconnectClicked());
  }
}
