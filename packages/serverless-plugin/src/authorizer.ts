import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scopesOf } from '@dure/contracts/access';
import type { Guarded } from '@dure/contracts/binding/authorizer-policy';
import { outsideIssuers } from '@dure/contracts/binding/trusted-issuers';
import { findEndpoint } from './find-contract.ts';
import { ConfigurationError } from './types.ts';
import type { Catalogue, FunctionConfig, Json } from './types.ts';

/** The function that says who calls a service, and its name in the framework's configuration. */
export const AUTHORIZER = 'authorizer';

/** Made for each service, beside its own files, because the bundlers look for handlers there. */
const FILE = '.dure/authorizer.ts';

/** The longest that a revoked token goes on working for: API Gateway asks again after it. */
const CACHED_SECONDS = 300;

/** How a route names it. Source: https://www.serverless.com/framework/docs/providers/aws/events/apigateway */
export const authorizedBy: Json = {
  name: AUTHORIZER,
  type: 'request',
  identitySource: 'method.request.header.Authorization',
  resultTtlInSeconds: CACHED_SECONDS,
};

/**
 * What a service's functions serve to holders of tokens only, with the scopes of which one is enough.
 * @throws ConfigurationError for an endpoint that no contract has
 */
export function guardedEndpoints(
  service: string,
  catalogue: Catalogue,
  functions: Readonly<Record<string, FunctionConfig>>,
): readonly Guarded[] {
  return Object.entries(functions)
    .flatMap(([key, { endpoints = [] }]) =>
      endpoints.map((name) => findEndpoint(catalogue, service, name, `functions.${key}.endpoints`)),
    )
    .filter(({ access }) => access !== 'public')
    .map(({ method, fullPath, access }) => [method, fullPath, scopesOf(access)]);
}

/**
 * The function itself. It may read one parameter: where the stage's identity service is. That is not written into the
 * template, because the bus's owner is deployed before the identity service, which publishes on the bus.
 * @throws ConfigurationError if the service has a function of this name, or the issuers outside are not valid
 */
export function authorizerFunction(
  service: string,
  stage: string,
  functions: Readonly<Record<string, FunctionConfig>>,
): FunctionConfig {
  if (functions[AUTHORIZER] !== undefined) {
    throw new ConfigurationError(
      `functions.${AUTHORIZER}: it is made for the service, by the contracts; choose another name.`,
    );
  }
  const arn = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/dure/${stage}/identity/issuer`;
  return {
    name: `${service}-${stage}-${AUTHORIZER}`,
    handler: FILE.replace(/ts$/, 'handler'),
    events: [],
    environment: issuersOutside(),
    iam: [{ Effect: 'Allow', Action: 'ssm:GetParameters', Resource: { 'Fn::Sub': arn } }],
  };
}

/** `TRUSTED_ISSUERS` of the shell or the pipeline that deploys. */
function issuersOutside(): Readonly<Record<string, string>> {
  const { TRUSTED_ISSUERS: given } = process.env;
  try {
    return outsideIssuers(given).length === 0 ? {} : { TRUSTED_ISSUERS: given! };
  } catch (error) {
    throw new ConfigurationError((error as Error).message);
  }
}

/** Writes the function's file, if it has changed: a saved file is bundled again. */
export function writeAuthorizer(folder: string, endpoints: readonly Guarded[]): void {
  const path = join(folder, FILE);
  const lines = endpoints.map((endpoint) => `  ${JSON.stringify(endpoint)},\n`).join('');
  const text = `${HEAD}export const handler = stageAuthorizer([\n${lines}]);\n`;
  if (textOf(path) === text) return;
  mkdirSync(dirname(path), { recursive: true });
  // Whole or not at all: another command may be reading it.
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

const HEAD = `// Made of the contracts by @dure/serverless-plugin, before each command.
import { stageAuthorizer } from '@dure/contracts/stage-authorizer';

`;

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
