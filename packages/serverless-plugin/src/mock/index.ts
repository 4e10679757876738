import type { Contract, EndpointContract } from '@dure/contracts/contract';
import { guardEvents } from '../edge/events.ts';
import { CORS, OPERATIONS } from '../endpoints.ts';
import { findEndpoint } from '../find-contract.ts';
import { nearest } from '../nearest.ts';
import type { Template } from '../template/template.ts';
import { ConfigurationError } from '../types.ts';
import type { DureConfig, FunctionConfig, FunctionEvent, Json } from '../types.ts';
import { mockAnswers, type MockFacts } from './answers.ts';

/** In the place of a function while the framework compiles routes: it compiles none without one. */
export const STAND_IN = 'mocks';
/** The framework's names of what it makes for it. */
const PERMISSION = 'MocksLambdaPermissionApiGateway';

type Functions = Readonly<Record<string, FunctionConfig>>;

/** What may stand beside `mock` where there is no function. */
const ALONE = ['mock', 'edge'];

/**
 * The endpoints of a service with `custom.dure.mock` that no function serves.
 * @throws ConfigurationError if there are none, or a setting beside `mock` would have no effect
 */
export function mockedEndpoints(
  service: string,
  contracts: readonly Contract[],
  functions: Functions,
  dure: DureConfig,
): readonly EndpointContract[] {
  const own = contracts.filter((it): it is EndpointContract => it.kind === 'endpoint' && it.owner === service);
  if (own.every(({ name }) => OPERATIONS.includes(name))) throw noEndpoints(service, contracts);
  if (functions[STAND_IN] !== undefined) {
    throw new ConfigurationError(`functions.${STAND_IN}: mocks take this name; choose another.`);
  }
  const idle = Object.keys(functions).length > 0 ? [] : Object.keys(dure).filter((key) => !ALONE.includes(key));
  if (idle.length > 0) {
    throw new ConfigurationError(
      `custom.dure.${idle[0]} has no effect in a service that has no functions: take it out.`,
    );
  }
  const served = servedBy(service, contracts, functions);
  const mocked = own.filter((endpoint) => !served.includes(endpoint));
  if (mocked.length > 0) return mocked;
  throw new ConfigurationError('custom.dure.mock: the functions serve every endpoint, so take it out.');
}

function noEndpoints(service: string, contracts: readonly Contract[]): ConfigurationError {
  const owners = [...new Set(contracts.map(({ owner }) => owner))];
  if (owners.includes(service)) {
    return new ConfigurationError(
      `custom.dure.mock: the contracts of ${service} have no endpoints, and a mock sends no events.`,
    );
  }
  const names = nearest(service, owners).map((it) => `"${it}"`);
  return new ConfigurationError(
    `custom.dure.mock: there are no contracts of "${service}"; the nearest are ${names.join(', ')}.`,
  );
}

/** Health and version come with the first function that has endpoints. */
function servedBy(service: string, contracts: readonly Contract[], functions: Functions): Contract[] {
  const named = Object.entries(functions).flatMap(([key, { endpoints = [] }]) =>
    endpoints.map((name) => findEndpoint(contracts, service, name, `functions.${key}.endpoints`)),
  );
  const operations = named.length === 0 ? [] : OPERATIONS;
  return contracts.filter(
    (it) => it.kind === 'endpoint' && it.owner === service && (named.includes(it) || operations.includes(it.name)),
  );
}

/**
 * The events of the stand-in: routes with MOCK integrations, checked and locked as those of functions are.
 * @param keys false leaves API keys out
 */
export function mockEvents(
  endpoints: readonly EndpointContract[],
  facts: MockFacts,
  { keys }: { readonly keys: boolean },
): readonly FunctionEvent[] {
  return endpoints.map((endpoint) => {
    const route = { method: endpoint.method.toLowerCase(), path: endpoint.fullPath, cors: MOCK_CORS };
    const [event] = guardEvents(facts.service, endpoints, [{ http: route }], { keys });
    const { request: checks, ...guarded } = event!['http'] as { readonly [key: string]: Json };
    const { schemas, parameters } = (checks ?? {}) as GuardedRequest;
    const { request, responses } = mockAnswers(endpoint, facts);
    return {
      http: {
        ...guarded,
        integration: 'MOCK',
        request: {
          ...(schemas !== undefined && { schemas }),
          parameters: requiredParameters(parameters),
          passThrough: 'NEVER',
          template: { 'application/json': request },
        },
        response: { statusCodes: responses as unknown as Json },
      },
    };
  });
}

const MOCK_CORS = { ...CORS, headers: [...CORS.headers, 'Prefer'] };

interface GuardedRequest {
  readonly schemas?: Json;
  readonly parameters?: Readonly<Partial<Record<'headers' | 'querystrings', Readonly<Record<string, boolean>>>>>;
}

/** The framework translates these for functions only. */
function requiredParameters(parameters: GuardedRequest['parameters'] = {}): Record<string, boolean> {
  const named = (place: string, of: Readonly<Record<string, boolean>> = {}) =>
    Object.entries(of).map(([name, required]) => [`method.request.${place}.${name}`, required]);
  return Object.fromEntries([
    ...named('header', parameters.headers),
    ...named('querystring', parameters.querystrings),
  ]) as Record<string, boolean>;
}

/** Takes out of a template what the framework made for the stand-in as for a function. */
export function withoutStandIn({ Resources }: Template): void {
  delete Resources[PERMISSION];
  for (const [id, resource] of Object.entries(Resources)) {
    const { Integration: integration } = resource.Properties as { Integration?: Readonly<Record<string, Json>> };
    if (integration?.['Type'] !== 'MOCK') continue;
    const { IntegrationHttpMethod: _, ...rest } = integration;
    const { DependsOn: needed = [], ...method } = resource;
    const DependsOn = [needed].flat().filter((it) => it !== PERMISSION);
    Resources[id] = {
      ...method,
      Properties: { ...resource.Properties, Integration: rest },
      ...(DependsOn.length > 0 && { DependsOn }),
    };
  }
}
