import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contracts } from '@dure/contracts/all-contracts';
import type { PolicyStatement } from '@dure/contracts/binding/authorizer-policy';
import { stageAuthorizer } from '@dure/contracts/stage-authorizer';
import { openTable } from '@dure/contracts/binding/table';
import type { EndpointContract } from '@dure/contracts/contract';
import { parsePolicy } from '@dure/local-cloud/services/apigateway/policy';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext, type TestCaller } from '@dure/testing/lambda-events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { as, callers, cellOf, endpoints, expected, OWNER, told } from '../../contracts/test/matrix/cells.ts';
import { seconds, testIssuer } from '../../contracts/test/test-issuer.ts';
import { guardedEndpoints } from '../src/authorizer.ts';

/*
 * Every endpoint with every kind of token, on the way that a request takes: API Gateway asks the authorizer that is made of the
 * service's contracts, keeps its answer for the token, decides by the policy, and calls the function, which decides again.
 */

const { tableName } = await createTestTable();
const table = openTable(tableName);
const identity = testIssuer();
const stranger = testIssuer();
const parameters = createServer((_request, response) => {
  const Parameters = [{ Name: '/dure/test/identity/issuer', Value: identity.issuer }];
  response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify({ Parameters }));
});

beforeAll(async () => {
  parameters.listen(0, '127.0.0.1');
  await once(parameters, 'listening');
  Object.assign(process.env, {
    ...{ SERVICE_NAME: 'matrix', LOG_LEVEL: 'silent', STAGE: 'test', AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${(parameters.address() as AddressInfo).port}`,
  });
});
afterAll(() => {
  parameters.closeAllConnections();
  parameters.close();
});

/** The one that the plugin writes for a service. */
const authorizers = new Map<string, ReturnType<typeof stageAuthorizer>>();
function authorizerOf(service: string, all = contracts): ReturnType<typeof stageAuthorizer> {
  const own = all.filter((it): it is EndpointContract => it.kind === 'endpoint' && it.owner === service);
  const api = { endpoints: own.map(({ name, version }) => `${name}.v${version}`) };
  const made = authorizers.get(service) ?? stageAuthorizer(guardedEndpoints(service, all, { api }));
  authorizers.set(service, made);
  return made;
}

const ARN = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/test';
type Decided = { readonly context: object; readonly policy: ReturnType<typeof parsePolicy> } | 'Unauthorized';

/** What API Gateway keeps for a token: the answer to the first request, whichever that is. */
async function decide(service: string, authorization: string): Promise<Decided> {
  const first = { type: 'REQUEST', methodArn: `${ARN}/GET/v1/anything`, headers: { authorization } };
  try {
    const answer = await authorizerOf(service)(first as unknown as APIGatewayRequestAuthorizerEvent, lambdaContext);
    const { context, policyDocument } = answer as {
      readonly context: object;
      readonly policyDocument: { readonly Statement: readonly PolicyStatement[] };
    };
    return { context, policy: parsePolicy(policyDocument, 'policy') };
  } catch (error) {
    return (error as Error).message as 'Unauthorized';
  }
}

/** The decisions that are kept, by service and token. */
const kept = new Map<string, Promise<Decided>>();
function decided(service: string, authorization: string): Promise<Decided> {
  const key = `${service} ${authorization}`;
  const known = kept.get(key) ?? decide(service, authorization);
  kept.set(key, known);
  return known;
}

/** What the whole way answers to the endpoint's example, with this header. */
async function answered(contract: EndpointContract, authorization: string | undefined): Promise<string> {
  const { event, handle, runs } = cellOf(contract, table, null);
  const invoke = async (context: object | undefined) => {
    const requestContext = { ...event.requestContext, ...(context && { authorizer: context }) };
    const headers = { ...event.headers, ...(authorization !== undefined && { authorization }) };
    const { statusCode, headers: sent } = await handle(
      { ...event, headers, requestContext } as APIGatewayProxyEvent,
      lambdaContext,
    );
    return told(contract, statusCode, runs(), sent?.['www-authenticate'] as string | undefined);
  };
  if (contract.access === 'public') return invoke(undefined);
  // A missing identity source is a 401 without a call of the authorizer.
  if (authorization === undefined) return '401, Bearer';
  const decision = await decided(contract.owner, authorization);
  if (decision === 'Unauthorized') return '401, Bearer';
  if (typeof decision === 'string') return decision;
  const methodArn = `${ARN}/${contract.method}${event.path}`;
  return decision.policy({ methodArn, sourceIp: '127.0.0.1' }) === 'allowed' ? invoke(decision.context) : '403';
}

/** The claims of a caller's token, as the identity service makes them. */
const claimsOf = ({ subject, scopes, roles, actor }: TestCaller) => ({
  ...{ sub: subject, scope: scopes.join(' '), roles },
  ...(actor !== undefined && { act: { sub: actor } }),
});

const best = as('operator', OWNER);
const claims = () => ({ ...claimsOf(best), aud: 'urn:dure:test' });
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Every right there is, in a token that nobody may accept. */
const BAD: readonly (readonly [what: string, make: () => Promise<string> | string])[] = [
  ['expired', () => identity.token({ ...claims(), iat: seconds() - 700, exp: seconds() - 60 })],
  ['not valid yet', () => identity.token({ ...claims(), nbf: seconds() + 300 })],
  ['for another audience', () => identity.token({ ...claims(), aud: 'urn:dure:prod' })],
  ['of a stranger', () => stranger.token(claims())],
  ['of a stranger in the name of the issuer', () => stranger.token({ ...claims(), iss: identity.issuer })],
  ['of another type', () => identity.token(claims(), { typ: 'JWT' })],
  ['without an end', () => identity.token({ ...claims(), exp: undefined })],
  [
    'that nobody signed',
    async () => {
      const [, payload] = (await identity.token(claims())).split('.');
      return `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
    },
  ],
  [
    'of another algorithm',
    async () => {
      const [, payload] = (await identity.token(claims())).split('.');
      const signed = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })}.${payload}`;
      return `${signed}.${createHmac('sha256', randomBytes(32)).update(signed).digest('base64url')}`;
    },
  ],
  [
    'with more rights than were signed',
    async () => {
      const [head, , signature] = (await identity.token({ ...claims(), scope: '' })).split('.');
      const payload = { ...claims(), iss: identity.issuer, client_id: 'web', jti: 'token-1', exp: seconds() + 600 };
      return `${head}.${encoded({ ...payload, iat: seconds() })}.${signature}`;
    },
  ],
  ['that was cut', async () => (await identity.token(claims())).slice(0, -6)],
  ['that is none', () => 'token'],
];

const made = new Map<unknown, string>();
async function tokenOf(column: unknown, make: () => Promise<string> | string): Promise<string> {
  const token = made.get(column) ?? `Bearer ${await make()}`;
  made.set(column, token);
  return token;
}

interface Column {
  readonly who: string;
  readonly authorization: string | undefined;
  readonly caller: TestCaller | null;
}

async function columns(): Promise<Column[]> {
  const good = callers.map(async ([who, caller]) => ({
    ...{ who, caller },
    authorization: caller === null ? undefined : await tokenOf(who, () => identity.token(claimsOf(caller))),
  }));
  const bad = BAD.map(async ([what, make]) => ({
    ...{ who: `a token ${what}`, caller: null },
    authorization: await tokenOf(what, make),
  }));
  const other = ['Basic dTpw', 'Bearer'].map((authorization) => ({ who: authorization, authorization, caller: null }));
  return [...(await Promise.all([...good, ...bad])), ...other];
}

/** Where the way answers otherwise than the contract says. */
async function faultsOf(contract: EndpointContract, said = contract): Promise<string[]> {
  const faults: string[] = [];
  for (const { who, authorization, caller } of await columns()) {
    const [is, should] = [await answered(contract, authorization), expected(said, caller)];
    if (is !== should) faults.push(`${who}: ${is}, not ${should}`);
  }
  return faults;
}

describe('a request with any token is answered as the contract says:', () => {
  it.each(
    endpoints.map((contract) => [`${contract.owner} ${contract.method} ${contract.fullPath}`, contract] as const),
  )('%s', async (_, contract) => expect(await faultsOf(contract)).toEqual([]));

  it('in thousands of cells', async () => {
    expect(endpoints.length * (await columns()).length).toBeGreaterThan(1_500);
    expect(kept.size).toBeGreaterThan(100);
  });
});

it('an endpoint that is open by mistake, or an authorizer that lets in too few, is found', async () => {
  const guarded = endpoints.find(({ access }) => access !== 'public' && access.own === undefined)!;
  const faults = await faultsOf({ ...guarded, access: 'public' }, guarded);
  expect(faults).toContain('a token expired: let in, not 401, Bearer');
  expect(faults).toContain('no token: let in, not 401, Bearer');
  const unlisted = { ...guarded, fullPath: '/v1/nowhere' };
  expect(await faultsOf(unlisted, guarded)).toContain('operator: 403, not let in');
});
