import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { SessionEnded, SignedIn } from '@dure/contracts/identity';
import { commit } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { Code, SessionStore } from '../application/sessions.ts';
import { endOf, type Session, SESSION_SECONDS } from '../domain/session.ts';
import { codeKey, expiry, ifVersion, memberKey, sessionKey, sessionsOf } from './keys.ts';

const LISTED = 100;

/** A code that is used up is kept, so that its replay is noticed while its session can last. */
export function createSessionStore(table: Table): SessionStore {
  const get = async (Key: object): Promise<unknown> =>
    (await table.client.send(new GetCommand({ TableName: table.name, Key: { ...Key }, ConsistentRead: true }))).Item?.[
      'state'
    ];
  const itemOf = (session: Session) => ({
    ...sessionKey(session.id),
    state: session,
    version: session.version,
    expiresAt: secondsOf(session),
  });
  const secondsOf = (session: Session): number => Math.floor(endOf(session) / 1_000);
  const useOf = (codeDigest: string, { id }: Session) => ({
    Update: {
      Key: codeKey(codeDigest),
      UpdateExpression: 'SET #state.#session = :session',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#state.#session)',
      ExpressionAttributeNames: { '#state': 'state', '#session': 'sessionId' },
      ExpressionAttributeValues: { ':session': id },
    },
  });
  const keyAmongSubjects = ({ id, grant: { subject }, startedAt }: Session) => memberKey(subject, startedAt, id);

  return {
    async ofSubject(subject) {
      const { Items: members = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          // Not by an index: a session that has just begun would not be there, and stay when all of them are ended.
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': sessionsOf(subject) },
          ScanIndexForward: false,
          Limit: LISTED,
        }),
      );
      // One by one: few have many sessions, and reading them together takes more code than all who refresh a token should load.
      const ids = members.map(({ sk }) => String(sk).split('#')[1] ?? '');
      const found = await Promise.all(ids.map((id) => get(sessionKey(id)) as Promise<Session | undefined>));
      return found.filter((session) => session !== undefined);
    },
    load: async (id) => (await get(sessionKey(id))) as Session | undefined,
    loadCode: async (digest) => (await get(codeKey(digest))) as Code | undefined,
    async putCode(digest, code) {
      const Item = { ...codeKey(digest), state: code, expiresAt: expiry(code.issuedAt, SESSION_SECONDS) };
      await table.client.send(
        new PutCommand({ TableName: table.name, Item, ConditionExpression: 'attribute_not_exists(pk)' }),
      );
    },
    begin(call, session, codeDigest) {
      const { subject, clientId } = session.grant;
      return commit(table, call, {
        writes: [
          { Put: { Item: itemOf(session), ConditionExpression: 'attribute_not_exists(pk)' } },
          { Put: { Item: { ...keyAmongSubjects(session), expiresAt: secondsOf(session) } } },
          ...(codeDigest === undefined ? [] : [useOf(codeDigest, session)]),
        ],
        events: [publish(SignedIn, session.id, 1, { sessionId: session.id, subject, clientId })],
      });
    },
    save: (call, session) =>
      commit(table, call, { writes: [{ Put: { Item: itemOf(session), ...ifVersion(session.version - 1) } }] }),
    end(call, session, reason) {
      const ended = { ...session, ended: true, version: session.version + 1 };
      const { subject, clientId } = session.grant;
      return commit(table, call, {
        writes: [
          { Put: { Item: itemOf(ended), ...ifVersion(session.version) } },
          // One that has ended is in no list.
          { Delete: { Key: keyAmongSubjects(session) } },
        ],
        events: [publish(SessionEnded, session.id, 2, { sessionId: session.id, subject, clientId, reason })],
      });
    },
  };
}
