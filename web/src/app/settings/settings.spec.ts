import { Code, type ConnectError } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService, type UpdateOrganizationRequest } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { OrganizationRole } from '@finflow/proto/finflow/common/v1/authorization_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openApp } from '../../testing/app.ts';
import { refusal } from '../../testing/fake-api.ts';
import { member } from '../../testing/member.ts';
import { screen, shows, until } from '../../testing/screen.ts';
import { askBeforeLeaving } from '../forms/unsaved-work.ts';
import { Settings } from './settings.ts';

describe('the settings page', () => {
  let changes: UpdateOrganizationRequest[];
  let revoked: string[];
  let logouts: number;
  let refuse: ConnectError | undefined;

  beforeEach(() => {
    changes = [];
    revoked = [];
    logouts = 0;
    refuse = undefined;
    localStorage.clear();
    window.matchMedia = (() => ({
      matches: false,
      addEventListener: () => undefined,
      addListener: () => undefined,
    })) as never;
  });

  const open = (role?: OrganizationRole) =>
    openApp({
      page: Settings,
      path: 'settings',
      canDeactivate: [askBeforeLeaving],
      url: '/settings',
      profile: member(role),
      api: ({ service }) => {
        service(AuthService, {
          listSessions: () => ({
            sessions: [
              { id: 'here', userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/140.0', current: true },
              { id: 'there', userAgent: 'Mozilla/5.0 (iPhone) Safari/604.1', address: '198.51.100.23' },
            ],
          }),
          logout: () => {
            logouts += 1;
            return {};
          },
          revokeSession: ({ id }) => {
            if (refuse) throw refuse;
            revoked.push(id);
            return {};
          },
        });
        service(OrganizationService, {
          updateOrganization: (request) => {
            changes.push(request);
            if (refuse) throw refuse;
            return { organization: { id: 'o', name: request.name, timeZone: request.timeZone } };
          },
        });
      },
    });

  it('changes the organization’s name', async () => {
    const { said } = await open();
    screen.type(screen.field('Name'), ' Southwind ');
    screen.button('Save').click();
    await until(() => said.length > 0);
    expect(changes[0]).toMatchObject({ name: 'Southwind', timeZone: 'Europe/Vienna' });
    expect(said).toEqual(['Organization saved.']);
  });

  it('asks before a changed name is lost, and not once it is saved', async () => {
    const { router, said } = await open();
    screen.type(screen.field('Name'), 'Southwind');
    void router.navigateByUrl('/elsewhere');
    await shows('Leave without saving?');
    screen.button('Stay here').click();
    await until(() => !screen.text().includes('Leave without saving?'));
    screen.button('Save').click();
    await until(() => said.length > 0);
    expect(await router.navigateByUrl('/elsewhere')).toBe(true);
  });

  it('asks before signing out loses what was typed', async () => {
    await open();
    screen.type(screen.field('Name'), 'Southwind');
    screen.button('Sign out').click();
    await shows('Leave without saving?');
    screen.button('Stay here').click();
    await until(() => !screen.text().includes('Leave without saving?'));
    expect(logouts).toBe(0);
    screen.button('Sign out').click();
    await shows('Leave without saving?');
    screen.button('Leave').click();
    await until(() => logouts === 1);
  });

  it('shows what is wrong with a field beside it, and nowhere else', async () => {
    refuse = refusal(Code.InvalidArgument, 'UNKNOWN_TIME_ZONE', { fields: { time_zone: 'is unknown' } });
    await open();
    screen.button('Save').click();
    await until(() => screen.errorOf(screen.field('Time zone')) !== '');
    expect(screen.errorOf(screen.field('Time zone'))).toBe('Is unknown.');
    expect(document.querySelector('ff-problem')).toBeNull();
    await until(() => document.activeElement === screen.field('Time zone'));
  });

  it('lets who may not change the organization read it', async () => {
    await open(OrganizationRole.ACCOUNTANT);
    expect(screen.field('Name').disabled).toBe(true);
    expect(screen.hasButton('Save')).toBe(false);
  });

  it('lists the sessions and ends another one', async () => {
    await open();
    await shows('Firefox on Linux');
    expect(screen.text()).toContain('This one');
    screen.button('End').click();
    await until(() => !screen.text().includes('Safari on iOS'));
    expect(revoked).toEqual(['there']);
  });

  it('keeps a session in the list that could not be ended', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE', { message: 'Not now.' });
    await open();
    await shows('Safari on iOS');
    screen.button('End').click();
    await shows('Not now.');
    expect(screen.text()).toContain('Safari on iOS');
  });

  it('remembers the chosen appearance', async () => {
    await open();
    document.querySelectorAll<HTMLInputElement>('input[name="ff-appearance"]')[2]?.click();
    await until(() => localStorage.getItem('finflow.appearance') === 'dark');
  });
});
