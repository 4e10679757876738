import * as z from 'zod/mini';
import { endpoint, event } from '../contract.ts';
import { Cursor, CustomerId, Email, Instant, Links, page, PageSize } from '../values.ts';

/** What a person may be. Guests, services and pipelines have no account. */
const PersonRole = z.enum(['customer', 'operator', 'merchandiser', 'auditor']);
const PersonRoles = z.array(PersonRole).check(z.minLength(1), z.maxLength(4));

const AccountView = z.strictObject({
  id: CustomerId,
  email: Email,
  roles: z.array(z.string()),
  disabled: z.boolean(),
  /** When its person chose the first password. Until then nobody can sign in. */
  verifiedAt: z.optional(Instant),
  _links: Links,
});

const accountId = 'u-01890a5d-ac96-774b-bcce-b302099a8057';
const exampleAccount = {
  id: accountId,
  email: 'mina@example.com',
  roles: ['operator'],
  disabled: false,
  verifiedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: `/v1/accounts/${accountId}` } },
};

const notFound = { 'account-not-found': { status: 404, title: 'There is no such account' } } as const;

export const InviteAccount = endpoint('identity', {
  name: 'InviteAccount',
  method: 'POST',
  path: '/accounts',
  version: 1,
  access: { any: 'accounts:write' },
  summary: 'Makes an account for a person, who gets a mail with a link to choose a password',
  body: z.strictObject({
    email: Email,
    roles: PersonRoles,
    /** Of the mail. */
    language: z._default(z.enum(['en', 'ko']), 'en'),
  }),
  idempotencyKey: 'optional',
  responses: { 201: { description: 'The account; its person is mailed', body: AccountView, headers: ['location'] } },
  problems: { 'account-exists': { status: 409, title: 'The address has an account' } },
  example: {
    body: { email: 'mina@example.com', roles: ['operator'], language: 'en' },
    response: exampleAccount,
  },
});

export const ListStaff = endpoint('identity', {
  name: 'ListStaff',
  method: 'GET',
  path: '/accounts',
  version: 1,
  access: { any: 'accounts:read' },
  summary: 'Lists who has an account with another role than customer, the latest first',
  query: z.strictObject({ cursor: z.optional(Cursor), limit: z._default(PageSize, 100) }),
  responses: { 200: { description: 'A page of accounts', body: page(AccountView) } },
  problems: { 'invalid-cursor': { status: 400, title: 'The cursor is not one that this list has given' } },
  example: {
    query: { limit: '100' },
    response: { items: [exampleAccount], _links: { self: { href: '/v1/accounts?limit=100' } } },
  },
});

export const GetAccount = endpoint('identity', {
  name: 'GetAccount',
  method: 'GET',
  path: '/accounts/{accountId}',
  version: 1,
  access: { any: 'accounts:read' },
  summary: 'Shows an account',
  params: z.strictObject({ accountId: CustomerId }),
  responses: { 200: { description: 'The account', body: AccountView, headers: ['etag'] } },
  problems: notFound,
  example: { params: { accountId }, response: exampleAccount },
});

export const ChangeAccount = endpoint('identity', {
  name: 'ChangeAccount',
  method: 'PATCH',
  path: '/accounts/{accountId}',
  version: 1,
  access: { any: 'accounts:write' },
  summary: 'Gives an account other roles, or disables it, which ends its sessions at once',
  params: z.strictObject({ accountId: CustomerId }),
  body: z.strictObject({ roles: z.optional(PersonRoles), disabled: z.optional(z.boolean()) }),
  ifMatch: 'required',
  responses: { 200: { description: 'The account as it is now', body: AccountView, headers: ['etag'] } },
  problems: {
    ...notFound,
    'own-account': { status: 409, title: 'Somebody else has to change your account' },
  },
  example: {
    params: { accountId },
    body: { roles: ['operator'], disabled: false },
    response: exampleAccount,
  },
});

export const AccountChanged = event(
  'identity',
  'AccountChanged',
  1,
  z.object({ accountId: z.string(), roles: z.array(z.string()), disabled: z.boolean() }),
  {
    description:
      'An operator gave an account other roles, or disabled or enabled it. Every session from before has ended.',
    example: { accountId, roles: ['operator'], disabled: false },
  },
);
