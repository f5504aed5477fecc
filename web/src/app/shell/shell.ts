import { ChangeDetectionStrategy, Component, computed, type ElementRef, inject, viewChild } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { Store } from '@ngrx/store';
import { filter, map, pairwise } from 'rxjs';
import { authFeature } from '../auth/state/auth.feature.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Brand } from './brand.ts';
import { Sidebar } from './sidebar.ts';

/** The frame around every page for members: navigation, and the place where pages appear. */
@Component({
  selector: 'ff-shell',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Brand, EmptyState, RouterOutlet, Sidebar],
  templateUrl: './shell.html',
  styleUrl: './shell.scss',
})
export class Shell {
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');
  private readonly organization = inject(Store).selectSignal(authFeature.selectOrganization);
  protected readonly organizationName = computed(() => this.organization()?.name);

  constructor() {
    // A new page takes the focus, as a loaded document would; a changed filter of the same page must not.
    inject(Router)
      .events.pipe(
        filter((event) => event instanceof NavigationEnd),
        map(({ urlAfterRedirects }) => urlAfterRedirects.replace(/[?#].*$/, '')),
        pairwise(),
        filter(([before, after]) => before !== after),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.main().nativeElement.focus({ preventScroll: true }));
  }

  protected skip(event: Event): void {
    event.preventDefault();
    this.main().nativeElement.focus();
  }
}
