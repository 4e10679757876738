import { expandAlarms } from './alarms.ts';
import { expandAsync } from './async.ts';
import { expandConsumer } from './consumer.ts';
import { expandEndpoints } from './endpoints.ts';
import { logicalId } from './names.ts';
import { expandRole } from './role.ts';
import { expandRelay, expandStream } from './stream.ts';
import { expandTable, tableName, tableStatements } from './table.ts';
import { ConfigurationError, nothing } from './types.ts';
import type {
  Catalogue,
  DureConfig,
  Expansion,
  FunctionConfig,
  FunctionEvent,
  Json,
  Resource,
  Resources,
  ServiceContext,
} from './types.ts';

export interface ServiceInput {
  readonly service: string;
  readonly stage: string;
  /** The provider's function time-out in seconds. */
  readonly timeout: number;
  readonly version: string;
  readonly commit: string;
  readonly dure: DureConfig;
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  /** The service's own CloudFormation resources. */
  readonly resources: Resources;
}

/** What a function gets besides what serverless.yml says. */
export interface FunctionAdditions {
  readonly events: readonly FunctionEvent[];
  readonly environment: Readonly<Record<string, Json>>;
  /** Logical id of its role. */
  readonly role: string;
  readonly destinations?: Json;
}

export interface ServiceExpansion {
  readonly resources: Resources;
  readonly functions: Readonly<Record<string, FunctionAdditions>>;
}

/**
 * All that a service's `endpoints`, `consumes`, `relay`, `stream`, `table` and `iam` stand for, in plain Serverless
 * and CloudFormation terms.
 * @throws ConfigurationError on what the contracts do not have or AWS would not take
 */
export function expandService(input: ServiceInput, catalogue: Catalogue): ServiceExpansion {
  const context = contextOf(input);
  const http = expandEndpoints(input.service, catalogue, input.functions);
  const resources: Record<string, Resource> = {};
  const functions: Record<string, FunctionAdditions> = {};
  if (context.hasTable) resources['Table'] = expandTable(context, input.dure.indexes ?? []);
  for (const [name, config] of Object.entries(input.functions)) {
    refuseContradictions(context, name, config);
    const source = expandSource(context, catalogue, name, config);
    const asynchronous = expandAsync(context, name, config);
    const table = config.table ?? 'none';
    const role = logicalId(name, 'Role');
    const lambda = {
      name: config.name ?? `${input.service}-${input.stage}-${name}`,
      readsStream: config.relay === true || config.stream !== undefined,
    };
    const own = { ...source.resources, ...asynchronous?.resources };
    Object.assign(resources, own, expandAlarms(context, name, lambda, own), {
      [role]: expandRole(lambda.name, [
        ...(table === 'none' ? [] : tableStatements(table)),
        ...source.statements,
        ...(asynchronous?.statements ?? []),
        ...(config.iam ?? []),
      ]),
    });
    functions[name] = {
      events: [...(http.get(name) ?? []), ...source.events],
      environment: {
        SERVICE_NAME: input.service,
        SERVICE_VERSION: input.version,
        STAGE: input.stage,
        COMMIT: input.commit,
        ...(table !== 'none' && { TABLE_NAME: tableName(context) }),
        ...source.environment,
      },
      role,
      ...(asynchronous && { destinations: asynchronous.destinations }),
    };
  }
  refuseTakenIds(resources, input.resources);
  return { resources, functions };
}

/** The bus is the service's own if it declares one, else the stage's, by the parameters that its owner publishes. */
function contextOf(input: ServiceInput): ServiceContext {
  const { service, stage, timeout } = input;
  const [own] = Object.entries(input.resources).find(([, resource]) => resource.Type === 'AWS::Events::EventBus') ?? [];
  const bus =
    own === undefined
      ? { name: `{{resolve:ssm:/dure/${stage}/bus/name}}`, arn: `{{resolve:ssm:/dure/${stage}/bus/arn}}` }
      : { name: { Ref: own }, arn: { 'Fn::GetAtt': [own, 'Arn'] } };
  return { service, stage, timeout, bus, hasTable: input.dure.table ?? true };
}

function expandSource(context: ServiceContext, catalogue: Catalogue, name: string, config: FunctionConfig): Expansion {
  if (config.consumes !== undefined) return expandConsumer(context, catalogue, name, config);
  if (config.relay === true) return expandRelay(context, name, config);
  if (config.stream !== undefined) return expandStream(context, name, config);
  return nothing;
}

function refuseContradictions(context: ServiceContext, name: string, config: FunctionConfig): void {
  const refuse = (sentence: string) => {
    throw new ConfigurationError(`functions.${name}: ${sentence}`);
  };
  const sources = [config.consumes && 'consumes', config.relay && 'relay', config.stream && 'stream'].filter(Boolean);
  const tuning = (['batchSize', 'maximumConcurrency', 'maxReceives'] as const).filter((key) => config[key]);
  const readsTable = (config.table ?? 'none') !== 'none' || config.relay === true || config.stream !== undefined;
  if (sources.length > 1) refuse(`a function has one source of messages, and this one has ${sources.join(' and ')}.`);
  if (tuning.length > 0 && config.consumes === undefined) refuse(`"${tuning[0]}" goes with "consumes".`);
  if (readsTable && !context.hasTable) refuse('the service has no table, as custom.dure.table is false.');
  if (config.role !== undefined) refuse('a role is made for every function; put its further statements under "iam".');
}

function refuseTakenIds(made: Resources, own: Resources): void {
  const taken = Object.keys(made).find((id) => id in own);
  if (taken === undefined) return;
  throw new ConfigurationError(
    `resources.Resources.${taken}: this logical id is made for the service; choose another.`,
  );
}
