import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { type SignedRequest, SignatureRefused, verifySignature } from '@dure/aws-protocols/verify-signature';
import { busArn, busNameOf } from '../eventbridge/index.ts';
import { enforcedPolicies, INVOKE_API, type Policy, PUT_EVENTS } from './enforced-policies.ts';
import { type Identity, identityOf, secretOf } from './identity.ts';
import { isAllowed, parseStatement, type Statement } from './policy.ts';

export type { Identity } from './identity.ts';
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

/** Who signed a request. */
export interface Signer extends Identity {
  readonly accessKey: string;
  /** Undefined for the account itself. */
  readonly caller: Caller | undefined;
}

/** IAM, as far as it is put into effect: roles, what they may put on buses, and which methods of APIs they may call. */
export interface Iam {
  /** Makes a role, or gives it other policies, and answers its ARN. @throws TypeError for what is not evaluated */
  putRole(name: string, policies: unknown, path?: string): string;
  removeRole(name: string, path?: string): void;
  /** What a function's environment has for AWS_SESSION_TOKEN, by which its requests are known. */
  sessionToken(caller: Caller): string;
  /** Who has this token; undefined for one that was not given here. */
  callerOf(sessionToken: string): Caller | undefined;
  /** Who a caller is to AWS; the account itself for nobody that took on a role. */
  identityOf(caller: Caller | undefined): Identity;
  /**
   * Who signed a request, by its verified signature.
   * @param service the signing name
   * @param now milliseconds since 1970
   * @throws SignatureRefused
   */
  signerOf(request: SignedRequest, service: string, now: number): Signer;
  /** Whether the role's policies let it call a method of an API. Who has no role may do everything. */
  mayCall(signer: Signer, methodArn: string): boolean;
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

  /** Undefined for a role that no template here makes: nobody knows what it may do. */
  function statementsOf(roleArn: string): Statement[] | undefined {
    const policies = find.get(roleArn)?.['policies'];
    return policies === undefined
      ? undefined
      : statementsIn(JSON.parse(String(policies)) as Policy[]).map(parseStatement);
  }

  function requirePutEvents(caller: Caller, entries: unknown): void {
    const statements = statementsOf(caller.roleArn);
    if (statements === undefined) return;
    for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
      const { EventBusName, Source, DetailType } = (entry ?? {}) as Record<string, unknown>;
      const resource = busArn({ accountId, region }, busNameOf({ accountId, region }, EventBusName));
      const context = { 'events:source': valuesOf(Source), 'events:detail-type': valuesOf(DetailType) };
      if (isAllowed(statements, { action: PUT_EVENTS, resource, context })) continue;
      throw new AwsError(
        'AccessDeniedException',
        `User: ${identityOf(caller, accountId).arn} is not authorized to perform: ${PUT_EVENTS} on resource: ${resource} ` +
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
    identityOf: (caller) => identityOf(caller, accountId),
    signerOf(request, service, now) {
      const { accessKey, sessionToken } = verifySignature(request, { region, service, now, secretOf });
      const caller = sessionToken === undefined ? undefined : sessions.get(sessionToken);
      if (sessionToken !== undefined && caller === undefined) throw unknownToken();
      return { accessKey, caller, ...identityOf(caller, accountId) };
    },
    mayCall({ caller }, methodArn) {
      const statements = caller === undefined ? undefined : statementsOf(caller.roleArn);
      return (
        statements === undefined || isAllowed(statements, { action: INVOKE_API, resource: methodArn, context: {} })
      );
    },
    requirePutEvents,
    guard: (eventBridge) => async (action, input, sessionToken, trace) => {
      const caller = sessionToken === undefined ? undefined : sessions.get(sessionToken);
      if (caller !== undefined && action === 'PutEvents') requirePutEvents(caller, input['Entries']);
      return eventBridge(action, input, sessionToken, trace);
    },
  };
}

const unknownToken = (): SignatureRefused =>
  new SignatureRefused('UnrecognizedClientException', 'The security token included in the request is invalid.');

const statementsIn = (policies: readonly Policy[]): unknown[] =>
  policies.flatMap(({ PolicyDocument: document }) => [document?.Statement ?? []].flat() as unknown[]);

const valuesOf = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);
