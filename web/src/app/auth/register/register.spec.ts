import { Code, type ConnectError } from '@connectrpc/connect';
import { AuthService, type RegisterRequest } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { screen, until } from '../../../testing/screen.ts';
import { Register } from './register.ts';

describe('the registration page', () => {
  let refuse: ConnectError | undefined;
  let requests: RegisterRequest[];

  beforeEach(() => {
    refuse = undefined;
    requests = [];
  });

  const open = () =>
    openApp({
      page: Register,
      path: 'register',
      url: '/register',
      profile: null,
      api: ({ service }) => {
        service(AuthService, {
          register: (request) => {
            requests.push(request);
            if (refuse) throw refuse;
            return { id: 'u' };
          },
          login: () => ({ accessToken: 'token' }),
          refresh: () => ({ accessToken: 'token' }),
          getMe: () => ({ id: 'u', organizationId: 'o' }),
        });
        service(OrganizationService, { getOrganization: () => ({ organization: { id: 'o' } }) });
      },
    });

  function fill(): void {
    screen.type(screen.field('Organization name'), ' Northwind ');
    screen.type(screen.field('Email'), 'ana@example.com');
    screen.type(screen.field('Password'), 'correct horse battery');
    screen.type(screen.field('Currency'), 'EUR');
  }

  it('refuses a short password before anything is sent', async () => {
    await open();
    fill();
    screen.type(screen.field('Password'), 'short');
    screen.button('Create account').click();
    await until(() => screen.errorOf(screen.field('Password')) !== '');
    expect(screen.errorOf(screen.field('Password'))).toBe('Use at least 8 characters.');
    expect(requests).toEqual([]);
  });

  it('sends everything, with a request id', async () => {
    await open();
    fill();
    screen.button('Create account').click();
    await until(() => requests.length === 1);
    expect(requests[0]).toMatchObject({ email: 'ana@example.com', organizationName: 'Northwind', currencyCode: 'EUR' });
    expect(requests[0]?.timeZone).not.toBe('');
    expect(requests[0]?.requestId).toMatch(/^[\da-f-]{36}$/);
  });

  it('shows what the service says of a field beside that field, until it is changed', async () => {
    refuse = refusal(Code.AlreadyExists, 'EMAIL_TAKEN', { fields: { email: 'already has an account' } });
    await open();
    fill();
    screen.button('Create account').click();
    await until(() => screen.errorOf(screen.field('Email')) !== '');
    expect(screen.errorOf(screen.field('Email'))).toBe('Already has an account.');
    screen.type(screen.field('Email'), 'ana.maria@example.com');
    await until(() => screen.errorOf(screen.field('Email')) === '');
  });

  it('reuses the request id after a lost answer and not after a refusal', async () => {
    refuse = refusal(Code.Unavailable, 'UNAVAILABLE');
    await open();
    fill();
    const attempt = async (count: number) => {
      screen.button('Create account').click();
      await until(() => requests.length === count && screen.hasButton('Create account'));
      await until(() => document.querySelector('[aria-busy]') === null);
    };
    await attempt(1);
    refuse = refusal(Code.InvalidArgument, 'PASSWORD_TOO_COMMON');
    await attempt(2);
    await attempt(3);
    const [first, second, third] = requests.map(({ requestId }) => requestId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});
