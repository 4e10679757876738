import type { Subscriptions } from '../services/cloudwatch-logs/subscriptions.ts';
import type { FunctionConfig, Lambda } from '@dure/lambda-runtime';
import { limitOf, type Query } from '@dure/local-http/query';
import type { Apis } from '../services/apis.ts';
import type { CloudViews } from './front-door/cloud-api.ts';
import type { FrontDoor } from './front-door/index.ts';
import type { AsyncInvocations } from '../services/lambda/asynchronous/index.ts';
import type { RecentDeliveries } from '../shared/recent-deliveries.ts';
import type { Emulators } from '../services/emulators.ts';
import type { EventSources } from '../services/event-sources.ts';
import type { DeployedResource } from './stacks.ts';
import type { Sandboxes } from '../sandboxes/sandboxes.ts';
import type { LogStore } from '../shared/log-store.ts';
import { listQueues } from '../services/sqs/queue-summary.ts';

/** What the views look into. What is not there yet while the cloud starts is undefined. */
export interface CloudParts {
  readonly lambda: Lambda;
  readonly logs: LogStore;
  readonly deliveries: RecentDeliveries;
  readonly apis: Apis;
  frontDoor?: FrontDoor;
  emulators?: Emulators;
  sandboxes?: Sandboxes;
  eventSources?: EventSources;
  asynchronous?: AsyncInvocations;
  subscriptions?: Subscriptions;
  resources: readonly DeployedResource[];
  ready: boolean;
}

/** What `/_cloud/…` shows. */
export function cloudViews(parts: CloudParts): CloudViews {
  return {
    resources: () => ({
      resources: parts.resources,
      parameters: parts.emulators?.ssm.describe() ?? [],
      endpoints: parts.emulators?.endpoints ?? {},
      sandboxes: parts.sandboxes?.urls() ?? {},
    }),
    functions: () => ({
      functions: parts.lambda.describe(),
      eventSourceMappings: parts.eventSources?.mappings.describe(),
      schedules: parts.emulators?.scheduler.describe(),
    }),
    environment: ({ service }) => ({ functions: environmentsOf(parts.lambda, service) }),
    events: () => parts.emulators?.eventBridge.describe() ?? {},
    deliveries: (query) => ({ deliveries: parts.deliveries.search({ ...pick(query), limit: limitOf(query) }) }),
    executions: () => parts.emulators?.stepFunctions.describe() ?? {},
    queues: () => ({ queues: parts.emulators === undefined ? [] : listQueues(parts.emulators.sqs.views) }),
    logs: (query) => ({ records: parts.logs.search({ ...query, limit: limitOf(query) }) }),
    apis: () => ({
      apis: parts.apis.restApis.describe(),
      httpApis: parts.apis.httpApis.describe(),
      webSocketApis: parts.apis.webSocketApis.describe(),
    }),
    alarms: () => ({ alarms: parts.emulators?.cloudWatch.describe() ?? [] }),
    idle: () => idleness(parts),
  };
}

/** By the function's key in serverless.yml. */
function environmentsOf(lambda: Lambda, service: string | undefined): Record<string, FunctionConfig['environment']> {
  const own = lambda.describe().filter((it) => it.service === service);
  const configs = own.flatMap(({ name }) => lambda.find(name) ?? []);
  return Object.fromEntries(
    // Whoever runs the functions elsewhere has no front door before them.
    configs.map(({ key, environment: { DURE_PATH_PREFIX: _frontDoor, ...environment } }) => [key, environment]),
  );
}

function pick({ from, to, id, outcome }: Query): object {
  return { ...(from && { from }), ...(to && { to }), ...(id && { id }), ...(outcome && { outcome }) };
}

/** Whether nothing is queued or in flight anywhere, and if not, where. What no function reads waits for a person. */
function idleness(parts: CloudParts): { idle: boolean; busy: string[] } {
  const { emulators, eventSources, lambda } = parts;
  if (!parts.ready || emulators === undefined || eventSources === undefined) return { idle: false, busy: ['start'] };
  const queues = emulators.sqs.views
    .all()
    .filter(
      ({ arn, visible, inFlight, delayed }) => eventSources.mappings.reads(arn) && visible + inFlight + delayed > 0,
    )
    .map(({ name }) => `queue ${name}`);
  const functions = lambda
    .describe()
    .filter(({ running, waiting }) => running + waiting > 0)
    .map(({ name }) => `function ${name}`);
  const busy = [
    ...((parts.frontDoor?.inFlight() ?? 0) > 0 ? ['front door'] : []),
    ...functions,
    ...(parts.asynchronous?.idle() === false ? ['asynchronous invocations'] : []),
    ...queues,
    ...(emulators.eventBridge.idle() ? [] : ['event bus']),
    ...(emulators.stepFunctions.idle() ? [] : ['state machines']),
    ...(parts.sandboxes?.busy() ?? []),
    ...(eventSources.idle() ? [] : ['streams']),
  ];
  return { idle: busy.length === 0, busy };
}
