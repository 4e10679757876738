import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { AccountChanged, AccountRegistered, PasswordChanged } from '@dure/contracts/identity';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { commit, Conflict, type Write } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { PasswordParts } from '../application/choose-password.ts';
import { tokenDigest } from '../application/digest.ts';
import type { StaffStore } from '../application/list-staff.ts';
import type { ManageParts } from '../application/manage-accounts.ts';
import type { MailParts } from '../application/send-account-mail.ts';
import { type Account, isStaff, registered, UNVERIFIED_SECONDS } from '../domain/account.ts';
import { folded } from '../domain/email.ts';
import { accountKey, emailKey, expiry, ifVersion, linkKey, LIST_INDEX, STAFF } from './keys.ts';
import { mailRequest } from './mail-requests.ts';

/** As people write the same address. */
export const emailDigest = (email: string): string => tokenDigest(folded(email));

/** An account that is made from the start, without a mail. */
export type MadeAccount = Pick<Account, 'id' | 'email' | 'roles'> & { readonly password: string };

/** Nobody's: it is read where an address has no account, which so takes as long as one that has. */
const NOBODY = 'nobody';

export function createAccountStore(table: Table) {
  const get = async (Key: object): Promise<Record<string, unknown> | undefined> =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key: { ...Key }, ConsistentRead: true }))).Item;

  async function byId(id: string): Promise<Account | undefined> {
    return (await get(accountKey(id)))?.['state'] as Account | undefined;
  }

  /** Takes the address, unless somebody has it. */
  const addressOf = (call: Call, account: Account): Write => ({
    Put: {
      Item: { ...emailKey(emailDigest(account.email)), id: account.id, ...waiting(call, account) },
      ConditionExpression: 'attribute_not_exists(pk) OR #id = :id OR expiresAt <= :now',
      ExpressionAttributeNames: { '#id': 'id' },
      ExpressionAttributeValues: { ':id': account.id, ':now': expiry(call.time, 0) },
    },
  });

  async function register(call: Call, account: Account, by: 'person' | 'operator', mail?: Asked): Promise<void> {
    const { id: accountId, roles } = account;
    await commit(table, call, {
      writes: [
        { Put: { Item: accountItem(call, account), ...ifVersion(0) } },
        addressOf(call, account),
        ...(mail ? [mail.write] : []),
      ],
      events: [publish(AccountRegistered, accountId, 1, { accountId, roles: [...roles], by })],
      // For the answer to the same request again. Who registers by a page is answered without one.
      ...(mail && { result: { ...account, password: undefined }, commands: [mail.command] }),
    });
  }

  const store: MailParts['accounts'] & PasswordParts['accounts'] & ManageParts['accounts'] & StaffStore = {
    byId,
    register,
    async byEmail(call, email) {
      const address = await get(emailKey(emailDigest(email)));
      const gone = Number(address?.['expiresAt'] ?? Infinity) <= expiry(call.time, 0);
      return byId(address === undefined || gone ? NOBODY : String(address['id']));
    },
    invite(call, account, request) {
      return register(call, account, 'operator', mailRequest(call, request));
    },
    decide(call, account, request) {
      const { id: accountId, version, roles, disabled = false } = account;
      const mail = request && mailRequest(call, request);
      return commit(table, call, {
        writes: [
          { Put: { Item: accountItem(call, account), ...ifVersion(version - 1) } },
          addressOf(call, account),
          ...(mail ? [mail.write] : []),
        ],
        events: [publish(AccountChanged, accountId, version, { accountId, roles: [...roles], disabled })],
        result: { ...account, password: undefined },
        commands: mail ? [mail.command] : [],
      });
    },
    async staff({ before, limit }) {
      const { Items: items = [], LastEvaluatedKey: more } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: LIST_INDEX,
          KeyConditionExpression: before === undefined ? '#list = :list' : '#list = :list AND #position < :before',
          ExpressionAttributeNames: { '#list': 'list', ...(before !== undefined && { '#position': 'position' }) },
          ExpressionAttributeValues: { ':list': STAFF, ...(before !== undefined && { ':before': before }) },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const end = more === undefined ? undefined : String(items.at(-1)?.['position']);
      return { accounts: items.map((item) => item['state'] as Account), end };
    },
    setPassword(call, account, reason, linkDigest) {
      const { id: accountId, version, email, language = 'en' } = account;
      const notice =
        reason === 'first' ? undefined : mailRequest(call, { id: randomUUID(), kind: 'changed', email, language });
      const link = { ConditionExpression: 'attribute_exists(pk)' };
      return commit(table, call, {
        writes: [
          { Put: { Item: accountItem(call, account), ...ifVersion(version - 1) } },
          addressOf(call, account),
          ...(linkDigest === undefined ? [] : [{ Delete: { Key: linkKey(linkDigest), ...link } }]),
          ...(notice ? [notice.write] : []),
        ],
        events: [publish(PasswordChanged, accountId, version, { accountId, reason })],
        commands: notice ? [notice.command] : [],
      });
    },
  };
  return {
    ...store,
    /** Leaves an account as it is that is there already. */
    async add({ id, email, roles, password }: MadeAccount): Promise<void> {
      const call = beginCall();
      const account = { ...registered(id, email, roles), password, verifiedAt: call.time };
      await register(call, account, 'operator').catch((error: unknown) => {
        if (!(error instanceof Conflict)) throw error;
      });
    },
  };
}

type Asked = ReturnType<typeof mailRequest>;

const accountItem = (call: Call, account: Account) => ({
  ...accountKey(account.id),
  state: account,
  version: account.version,
  ...waiting(call, account),
  ...(isStaff(account) && { list: STAFF, position: `${account.invitedAt ?? account.verifiedAt ?? ''}#${account.id}` }),
});

/** Until when a registration waits for its person; an invitation waits as long as it takes. */
const waiting = ({ time }: Call, { verifiedAt, invitedAt }: Account) =>
  verifiedAt === undefined && invitedAt === undefined ? { expiresAt: expiry(time, UNVERIFIED_SECONDS) } : {};
