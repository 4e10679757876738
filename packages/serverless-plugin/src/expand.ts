import { functionAlarms } from './alarms/function-alarms.ts';
import { serviceAlarms } from './alarms/service-alarms.ts';
import { DEFAULT_SETTINGS } from './alarms/settings.ts';
import { alarmTopic } from './alarms/topic.ts';
import { type AsyncExpansion, expandAsync } from './async.ts';
import { expandCalls } from './calls.ts';
import { expandConsumer } from './consumer.ts';
import { cursorEnvironment } from './cursors.ts';
import { overview } from './dashboards/overview.ts';
import { serviceDashboard } from './dashboards/service-dashboard.ts';
import { substituted } from './docs-url.ts';
import { hasRestApi } from './edge/events.ts';
import { expandEndpoints } from './endpoints.ts';
import { durationFilter } from './log-metrics.ts';
import { logicalId } from './names.ts';
import { boundResources, boundToSender, publisherOf } from './publishing.ts';
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
  /** Where the documentation of the stage is. */
  readonly docs: string;
  readonly dure: DureConfig;
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  /** The service's own CloudFormation resources. */
  readonly resources: Resources;
}

/** What a function gets in addition to serverless.yml. */
export interface FunctionAdditions {
  readonly events: readonly FunctionEvent[];
  readonly environment: Readonly<Record<string, Json>>;
  /** Logical id of its role. */
  readonly role: string;
  /** Properties of a function that is invoked asynchronously. */
  readonly asynchronous?: AsyncExpansion['config'];
}

export interface ServiceExpansion {
  /** The generated resources, and the service's own roles that allow PutEvents, with the condition. */
  readonly resources: Resources;
  readonly functions: Readonly<Record<string, FunctionAdditions>>;
}

/**
 * Expands a service's `endpoints`, `consumes`, `relay`, `stream`, `table` and `iam` into plain Serverless and
 * CloudFormation configuration.
 * @throws ConfigurationError for what no contract has or AWS would reject
 */
export function expandService(input: ServiceInput, catalogue: Catalogue): ServiceExpansion {
  const topic = alarmTopic(input.service, input.stage, input.resources);
  const context = contextOf(input, topic.arn);
  const http = expandEndpoints(input.service, catalogue, input.functions);
  const indexes = input.dure.indexes ?? [];
  const publisher = publisherOf(catalogue, input.service);
  const resources: Record<string, Resource> = {
    ...topic.resources,
    ...serviceAlarms(context, input.resources, http.size > 0),
  };
  const functions: Record<string, FunctionAdditions> = {};
  if (context.hasTable) resources['Table'] = expandTable(context, indexes);
  for (const [name, config] of Object.entries(input.functions)) {
    refuseContradictions(context, name, config);
    const source = expandSource(context, catalogue, name, config);
    const asynchronous = expandAsync(context, name, config);
    const table = config.table ?? 'none';
    const role = logicalId(name, 'Role');
    const lambda = lambdaName(input, name, config);
    const calls = config.calls === undefined ? {} : expandCalls(context, name, config.calls);
    const own = { ...source.resources, ...asynchronous?.resources, ...calls };
    const statements = [
      ...(table === 'none' ? [] : tableStatements(table, indexes)),
      ...source.statements,
      ...(asynchronous?.statements ?? []),
      ...(config.iam ?? []),
    ].map((statement) => boundToSender(statement, publisher, `functions.${name}`));
    Object.assign(
      resources,
      own,
      functionAlarms(context, name, lambda, config, own),
      durationFilter(context, name, lambda),
      {
        [role]: expandRole(lambda, statements),
      },
    );
    functions[name] = {
      events: [...(http.get(name) ?? []), ...source.events],
      environment: {
        SERVICE_NAME: input.service,
        SERVICE_VERSION: input.version,
        STAGE: input.stage,
        COMMIT: input.commit,
        ...((http.has(name) || hasRestApi({ name: config })) && { DOCS_URL: substituted(input.docs) }),
        ...(table !== 'none' && { TABLE_NAME: tableName(context) }),
        ...cursorEnvironment(input, catalogue, config),
        ...source.environment,
      },
      role,
      ...(asynchronous && { asynchronous: asynchronous.config }),
    };
  }
  refuseTakenIds(resources, input.resources);
  Object.assign(
    resources,
    dashboardsOf(context, input, resources, http.size > 0),
    boundResources(input.resources, publisher),
  );
  return { resources, functions };
}

function dashboardsOf(context: ServiceContext, input: ServiceInput, made: Resources, hasApi: boolean): Resources {
  const lambdas = Object.entries(input.functions).map(([name, config]) => ({
    name: lambdaName(input, name, config),
    readsStream: config.relay === true || config.stream !== undefined,
  }));
  const resources = { ...made, ...input.resources };
  return {
    ...serviceDashboard(context, { resources, lambdas, hasApi }),
    ...(input.dure.overview === true && overview(input.stage)),
  };
}

const lambdaName = ({ service, stage }: ServiceInput, name: string, config: FunctionConfig): string =>
  config.name ?? `${service}-${stage}-${name}`;

/** The bus is the service's own if it declares one, otherwise the stage's, from the parameters of its owner. */
function contextOf(input: ServiceInput, alarmTopic: Json): ServiceContext {
  const { service, stage, timeout } = input;
  const [own] = Object.entries(input.resources).find(([, resource]) => resource.Type === 'AWS::Events::EventBus') ?? [];
  const bus =
    own === undefined
      ? { name: `{{resolve:ssm:/dure/${stage}/bus/name}}`, arn: `{{resolve:ssm:/dure/${stage}/bus/arn}}` }
      : { name: { Ref: own }, arn: { 'Fn::GetAtt': [own, 'Arn'] } };
  const alarms = { ...DEFAULT_SETTINGS, ...input.dure.alarms };
  return { service, stage, timeout, bus, alarmTopic, alarms, hasTable: input.dure.table ?? true };
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
  const tuning = (['batchSize', 'maximumBatchingWindow', 'maximumConcurrency', 'maxReceives'] as const).filter(
    (key) => config[key],
  );
  const readsTable = (config.table ?? 'none') !== 'none' || config.relay === true || config.stream !== undefined;
  if (sources.length > 1)
    refuse(`a function may have one source of messages, but this one has ${sources.join(' and ')}.`);
  if (tuning.length > 0 && config.consumes === undefined) refuse(`"${tuning[0]}" goes with "consumes".`);
  // Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  if ((config.batchSize ?? 0) > 10 && config.maximumBatchingWindow === undefined)
    refuse('a "batchSize" above 10 needs a "maximumBatchingWindow" of at least one second.');
  if (readsTable && !context.hasTable) refuse('the service has no table, because custom.dure.table is false.');
  if (config.role !== undefined) refuse('the plugin creates the role of every function; add statements under "iam".');
}

function refuseTakenIds(made: Resources, own: Resources): void {
  const taken = Object.keys(made).find((id) => id in own);
  if (taken === undefined) return;
  throw new ConfigurationError(
    `resources.Resources.${taken}: this logical id is made for the service; choose another.`,
  );
}
