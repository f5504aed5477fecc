import { Code, type ConnectError } from '@connectrpc/connect';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';
import { OrganizationService } from '@finflow/proto/finflow/auth/v1/organization_pb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openApp } from '../../../testing/app.ts';
import { refusal } from '../../../testing/fake-api.ts';
import { screen, shows, until } from '../../../testing/screen.ts';
import { Login } from './login.ts';

describe('the sign-in page', () => {
  let refuse: ConnectError | undefined;
  let logins: string[];

  beforeEach(() => {
    refuse = undefined;
    logins = [];
  });

  const open = () =>
    openApp({
      page: Login,
      path: 'login',
      url: '/login',
      profile: null,
      api: ({ service }) => {
        service(AuthService, {
          login: ({ email }) => {
            logins.push(email);
            if (refuse) throw refuse;
            return { accessToken: 'token' };
          },
          refresh: () => ({ accessToken: 'token' }),
          getMe: () => ({ id: 'u', email: 'ana@example.com', organizationId: 'o' }),
        });
        service(OrganizationService, { getOrganization: () => ({ organization: { id: 'o' } }) });
      },
    });

  it('says what is missing beside each field, moves there, and asks no service', async () => {
    await open();
    screen.button('Sign in').click();
    await until(() => screen.errorOf(screen.field('Email')) !== '');
    expect(screen.errorOf(screen.field('Email'))).toBe('Enter your email address.');
    expect(screen.errorOf(screen.field('Password'))).toBe('Enter your password.');
    expect(document.activeElement).toBe(screen.field('Email'));
    expect(logins).toEqual([]);
  });

  it('refuses what is no email address', async () => {
    await open();
    screen.type(screen.field('Email'), 'ana at example');
    await until(() => screen.errorOf(screen.field('Email')) !== '');
    expect(screen.errorOf(screen.field('Email'))).toBe('Enter an address such as ana@example.com.');
  });

  it('shows why signing in was refused and lets the person try again', async () => {
    refuse = refusal(Code.Unauthenticated, 'INVALID_CREDENTIALS', { message: 'Email or password is wrong.' });
    await open();
    screen.type(screen.field('Email'), 'ana@example.com');
    screen.type(screen.field('Password'), 'wrong');
    screen.button('Sign in').click();
    await shows('Email or password is wrong.');
    refuse = undefined;
    screen.button('Sign in').click();
    await until(() => !screen.text().includes('Email or password is wrong.'));
    expect(logins).toEqual(['ana@example.com', 'ana@example.com']);
  });

  it('shows and hides the password', async () => {
    await open();
    expect(screen.field('Password').type).toBe('password');
    screen.button('Show password').click();
    await until(() => screen.field('Password').type === 'text');
    expect(screen.hasButton('Hide password')).toBe(true);
  });
});
