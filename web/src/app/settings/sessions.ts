import { ChangeDetectionStrategy, Component, inject, resource, signal } from '@angular/core';
import { Code } from '@connectrpc/connect';
import type { Session } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { AuthClient } from '../api/clients.ts';
import { Intent } from '../api/intent.ts';
import { type Problem, toProblem } from '../api/problem.ts';
import { InstantPipe } from '../dates/date.pipes.ts';
import { Button } from '../ui/button.ts';
import { Icon } from '../ui/icon/icon.ts';
import { Notices } from '../ui/notices.ts';
import { ProblemPanel } from '../ui/problem-panel.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { StatusChip } from '../ui/status-chip.ts';
import { deviceName } from './device-name.ts';

/** Where the person is signed in, and the way to end a session elsewhere. Only this page knows of them: no store. */
@Component({
  selector: 'ff-sessions',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Button, Icon, InstantPipe, ProblemPanel, Skeleton, StatusChip],
  templateUrl: './sessions.html',
  styleUrl: './sessions.scss',
})
export class Sessions {
  private readonly auth = inject(AuthClient);
  private readonly notices = inject(Notices);
  private readonly intents = new Map<string, Intent>();

  protected readonly deviceName = deviceName;
  protected readonly revoking = signal<string | null>(null);
  protected readonly revokeProblem = signal<Problem | null>(null);
  protected readonly sessions = resource({
    loader: async ({ abortSignal }) => (await this.auth.listSessions({}, { signal: abortSignal })).sessions,
  });

  protected problemOf(thrown: unknown): Problem {
    return toProblem(thrown);
  }

  protected async revoke({ id }: Session): Promise<void> {
    const intent = this.intents.get(id) ?? new Intent();
    this.intents.set(id, intent);
    const requestId = intent.attempt(this.revokeProblem());
    this.revoking.set(id);
    this.revokeProblem.set(null);
    try {
      await this.auth.revokeSession({ id, requestId });
      this.sessions.update((sessions) => sessions?.filter((session) => session.id !== id));
      this.notices.say('Session ended.');
    } catch (thrown) {
      const problem = toProblem(thrown);
      this.revokeProblem.set(problem);
      if (problem.code === Code.NotFound) this.sessions.reload();
    } finally {
      this.revoking.set(null);
    }
  }
}
