import { type Scope, scopes, scopesOf } from '../src/contracts/access.ts';
import type { EndpointContract } from '../src/contracts/contract.ts';
import type { Json } from './openapi-parameters.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html */
const apiKey: Json = {
  type: 'apiKey',
  in: 'header',
  name: 'X-Api-Key',
  description: 'Required on AWS, except for health and version; not by the local cloud',
};

/** The same token, for who has one already: `npm run token` prints it. Source: https://www.rfc-editor.org/rfc/rfc6750 */
const accessToken: Json = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'An access token that you have already, as `npm run --silent token -- --as ROLE` prints it',
};

const ISSUER = 'http://localhost:4000/identity/local';

/** Source: https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object */
function oauth2(used: readonly Scope[]): Json {
  const described = Object.fromEntries(used.map((scope) => [scope, scopes[scope]]));
  const tokenUrl = `${ISSUER}/oauth/token`;
  return {
    type: 'oauth2',
    description:
      'An access token, sent as `Authorization: Bearer …`. One of the scopes is enough. The addresses are those of the ' +
      'local cloud; on AWS the parameter /dure/{stage}/identity/issuer has the issuer, whose metadata name them',
    flows: {
      authorizationCode: {
        authorizationUrl: `${ISSUER}/oauth/authorize`,
        tokenUrl,
        refreshUrl: tokenUrl,
        scopes: described,
      },
      clientCredentials: { tokenUrl, scopes: described },
    },
  };
}

/** The ways to be let in to a service, with the scopes that its endpoints ask for. */
export function securitySchemesOf(endpoints: readonly EndpointContract[]): Json {
  const asked = new Set(endpoints.flatMap(({ access }) => scopesOf(access)));
  const used = (Object.keys(scopes) as Scope[]).filter((scope) => asked.has(scope));
  return { apiKey, ...(used.length > 0 && { oauth2: oauth2(used), accessToken }) };
}

/** The health check needs no key. */
const OPERATIONS = ['GetHealth', 'GetVersion'];

/** One alternative per scope, because one of them is enough; each with the API key and without. */
export function securityOf({ name, access }: EndpointContract): readonly Json[] {
  if (OPERATIONS.includes(name)) return [];
  if (access === 'public') return [{ apiKey: [] }, {}];
  const schemes = ['oauth2', 'accessToken'];
  return scopesOf(access).flatMap((scope) =>
    schemes.flatMap((scheme) => [{ [scheme]: [scope], apiKey: [] }, { [scheme]: [scope] }]),
  );
}
