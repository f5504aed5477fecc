import { decodeJwt } from 'jose';
import { newEmail, newPassword, newRequestId, type Prepares } from './prepare.ts';

export const authRequests: Prepares = {
  'AuthService.Register': () => ({
    email: newEmail(),
    password: newPassword(),
    organizationName: 'Alder & Quill',
    currencyCode: 'EUR',
    timeZone: 'Europe/Vienna',
    requestId: newRequestId(),
  }),
  'AuthService.Login': ({ session }) => ({
    email: session.email,
    password: session.password,
    organizationId: session.organizationId,
    useCookie: false,
  }),
  'AuthService.Refresh': async ({ session }) => ({
    refreshToken: (await session.openSession()).refreshToken,
    organizationId: session.organizationId,
  }),
  'AuthService.Logout': async ({ session }) => ({ refreshToken: (await session.openSession()).refreshToken }),
  'AuthService.GetMe': () => ({}),
  'AuthService.ListSessions': () => ({ pageSize: 10, orderBy: 'created_at desc' }),
  'AuthService.RevokeSession': async ({ session }) => ({
    id: decodeJwt<{ sid: string }>((await session.openSession()).accessToken).sid,
    requestId: newRequestId(),
  }),
  'OrganizationService.GetOrganization': () => ({}),
  'OrganizationService.UpdateOrganization': () => ({
    name: 'Alder & Quill',
    currencyCode: 'USD',
    timeZone: 'UTC',
    requestId: newRequestId(),
  }),
  'OrganizationService.ListMembers': () => ({
    pageSize: 10,
    orderBy: 'joined_at',
    roles: ['ORGANIZATION_ROLE_OWNER'],
    query: 'example',
  }),
  'OrganizationService.InviteMember': () => ({
    email: newEmail(),
    role: 'ORGANIZATION_ROLE_VIEWER',
    requestId: newRequestId(),
  }),
  'OrganizationService.AcceptInvitation': async (company) => ({
    token: (await company.invitation()).token,
    password: newPassword(),
    requestId: newRequestId(),
  }),
  'OrganizationService.UpdateMemberRole': async (company) => ({
    userId: await company.member(),
    role: 'ORGANIZATION_ROLE_ACCOUNTANT',
    requestId: newRequestId(),
  }),
  'OrganizationService.RemoveMember': async (company) => ({
    userId: await company.member(),
    requestId: newRequestId(),
  }),
  'UserService.ListUsers': () => ({
    pageSize: 10,
    orderBy: 'created_at',
    roles: ['PLATFORM_ROLE_USER'],
    statuses: ['USER_STATUS_ACTIVE'],
    query: 'example',
  }),
  'UserService.UpdateUserRole': async (company) => ({
    id: await company.member(),
    role: 'PLATFORM_ROLE_ADMIN',
    requestId: newRequestId(),
  }),
  'UserService.DeactivateUser': async (company) => ({ id: await company.member(), requestId: newRequestId() }),
};
