import { scopes } from '@dure/contracts/access';
import { lambda } from '@dure/contracts/binding/lambda';
import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { jwksOf } from '../application/signing-keys.ts';
import { clients, readSubject, readToken, sessions, tokenIssuer } from '../composition.ts';
import { answered, json } from './answer.ts';
import { metadataOf } from './metadata.ts';
import { GRANT_TYPES, introspection, revocation, token } from './token.ts';

/** How long a verifier may keep the keys. A new key is published for longer before it signs. */
const KEYS_SECONDS = 300;
const HOUR_SECONDS = 3_600;

const parts = { clients, sessions, issuer: tokenIssuer, readToken, readSubject };

type Run = (event: APIGatewayProxyEvent, call: Call) => Promise<APIGatewayProxyResult>;

const keys: Run = async (_event, call) =>
  json(200, jwksOf(await tokenIssuer.ring(call), Date.parse(call.time)), cached(KEYS_SECONDS));

const metadata: Run = async () =>
  json(200, metadataOf(tokenIssuer.issuer, Object.keys(scopes), GRANT_TYPES), cached(HOUR_SECONDS));

const cached = (seconds: number) => ({ 'cache-control': `public, max-age=${seconds}` });

const ROUTES: Readonly<Record<string, readonly [operation: string, Run]>> = {
  'GET /.well-known/jwks.json': ['Keys', keys],
  'GET /.well-known/oauth-authorization-server': ['Metadata', metadata],
  'POST /oauth/token': ['Token', (event, call) => token(parts, event, call)],
  'POST /oauth/revoke': ['Revoke', (event, call) => revocation(parts, event, call)],
  'POST /oauth/introspect': ['Introspect', (event, call) => introspection(parts, event, call)],
};

/** What OAuth's RFCs define, in their formats: forms in, their JSON out. */
export const handler = lambda(async (event: APIGatewayProxyEvent) => {
  const route = ROUTES[`${event.httpMethod} ${event.resource}`];
  if (route === undefined) throw new Error(`Nothing answers ${event.httpMethod} ${event.resource} here.`);
  const [operation, run] = route;
  return answered(event, operation, (call) => run(event, call));
});
