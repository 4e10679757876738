import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { busArn, busNameOf } from '../eventbridge/index.ts';
import { enforcedPolicies, type Policy, PUT_EVENTS } from './enforced-policies.ts';
import { isAllowed, parseStatement } from './policy.ts';

export { iamResourceTypes } from './resource-types.ts';

export interface IamOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
}

/** Who calls: a role that a service of AWS has taken on, under a name for this session. */
export interface Caller {
  readonly roleArn: string;
  readonly sessionName: string;
}

/** IAM, as far as it is put into effect: roles, and what they may put on buses. */
export interface Iam {
  /** Makes a role, or gives it other policies, and answers its ARN. @throws TypeError for what is not evaluated */
  putRole(name: string, policies: unknown, path?: string): string;
  removeRole(name: string, path?: string): void;
  /** What a function's environment has for AWS_SESSION_TOKEN, by which its requests are known. */
  sessionToken(caller: Caller): string;
  /** Who has this token; undefined for one that was not given here. */
  callerOf(sessionToken: string): Caller | undefined;
  /** Refuses a whole request to PutEvents when the role may not put one of its entries. @throws AwsError */
  requirePutEvents(caller: Caller, entries: unknown): void;
  /** EventBridge for who comes with a session token; who has none may do everything, as an administrator. */
  guard(eventBridge: AwsJsonService): AwsJsonService;
}

export function createIam({ database, accountId, region }: IamOptions): Iam {
  database.exec('CREATE TABLE IF NOT EXISTS iam_roles (arn TEXT PRIMARY KEY, policies TEXT NOT NULL) WITHOUT ROWID');
  const put = database.prepare('INSERT OR REPLACE INTO iam_roles VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM iam_roles WHERE arn = ?');
  const find = database.prepare('SELECT policies FROM iam_roles WHERE arn = ?');
  const sessions = new Map<string, Caller>();
  const arnOf = (name: string, path = '/'): string => `arn:aws:iam::${accountId}:role${path}${name}`;

  function requirePutEvents({ roleArn, sessionName }: Caller, entries: unknown): void {
    const policies = find.get(roleArn)?.['policies'];
    // A role that no template here makes: nobody knows what it may do.
    if (policies === undefined) return;
    const statements = statementsIn(JSON.parse(String(policies)) as Policy[]).map(parseStatement);
    for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
      const { EventBusName, Source, DetailType } = (entry ?? {}) as Record<string, unknown>;
      const resource = busArn({ accountId, region }, busNameOf({ accountId, region }, EventBusName));
      const context = { 'events:source': valuesOf(Source), 'events:detail-type': valuesOf(DetailType) };
      if (isAllowed(statements, { action: PUT_EVENTS, resource, context })) continue;
      const user = `arn:aws:sts::${accountId}:assumed-role/${roleArn.split('/').at(-1)}/${sessionName}`;
      throw new AwsError(
        'AccessDeniedException',
        `User: ${user} is not authorized to perform: ${PUT_EVENTS} on resource: ${resource} ` +
          `because no identity-based policy allows the ${PUT_EVENTS} action`,
      );
    }
  }

  return {
    putRole(name, policies, path) {
      const enforced = enforcedPolicies(policies);
      statementsIn(enforced).forEach(parseStatement);
      put.run(arnOf(name, path), JSON.stringify(enforced));
      return arnOf(name, path);
    },
    removeRole: (name, path) => void remove.run(arnOf(name, path)),
    sessionToken(caller) {
      const token = randomBytes(48).toString('base64');
      sessions.set(token, caller);
      return token;
    },
    callerOf: (token) => sessions.get(token),
    requirePutEvents,
    guard: (eventBridge) => async (action, input, sessionToken, trace) => {
      const caller = sessionToken === undefined ? undefined : sessions.get(sessionToken);
      if (caller !== undefined && action === 'PutEvents') requirePutEvents(caller, input['Entries']);
      return eventBridge(action, input, sessionToken, trace);
    },
  };
}

const statementsIn = (policies: readonly Policy[]): unknown[] =>
  policies.flatMap(({ PolicyDocument: document }) => [document?.Statement ?? []].flat() as unknown[]);

const valuesOf = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);
