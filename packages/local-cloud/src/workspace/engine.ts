import type { Engine } from '@dure/cloudformation/stacks/engine';
import { openStackStore } from '@dure/cloudformation/stacks/store';
import { subscriptionFilterType } from '../services/cloudwatch-logs/subscription-filter-type.ts';
import type { Subscriptions } from '../services/cloudwatch-logs/subscriptions.ts';
import type { EventSources } from '../services/event-sources.ts';
import { createResourceTypes } from '../services/resource-types.ts';
import { secretReferences } from '@dure/secrets-manager';
import { ssmReferences } from '../services/ssm/index.ts';
import { reachableQueues } from '../services/sqs/reachable-queues.ts';
import type { CloudLog } from '../shared/types.ts';
import type { Apis } from '../services/apis.ts';
import { variableReferences } from './aws-variables.ts';
import type { Emulators } from '../services/emulators.ts';
import { ACCOUNT_ID, REGION, STAGE } from '../shared/aws-environment.ts';

export interface EngineParts {
  readonly emulators: Emulators;
  readonly eventSources: EventSources;
  readonly apis: Pick<Apis, 'resourceTypes' | 'restApis'>;
  readonly subscriptions: Subscriptions;
  /** `http://localhost:4000` */
  readonly frontDoorUrl: string;
  readonly log: CloudLog;
}

/** The CloudFormation engine that makes the services' resources as `npm start` does. */
export function createEngine({ emulators, eventSources, apis, subscriptions, frontDoorUrl, log }: EngineParts): Engine {
  const identity = { region: REGION, accountId: ACCOUNT_ID };
  const [queues, stages] = [reachableQueues(emulators.endpoints['SQS']!, REGION), reachableStages(apis, frontDoorUrl)];
  return {
    ...identity,
    store: openStackStore(emulators.database),
    resourceTypes: createResourceTypes({ ...emulators, ...identity, eventSources }, apis.resourceTypes, {
      'AWS::Logs::SubscriptionFilter': subscriptionFilterType(subscriptions),
    }),
    log,
    development: true,
    generateName,
    dynamicReferences: {
      ...ssmReferences(emulators.ssm),
      ...secretReferences(emulators.secretsManager),
      ...variableReferences(emulators.ssm),
    },
    reachable: (text) => queues(stages(text)),
  };
}

/**
 * Makes the address that a service's own REST API has on AWS lead to the front door: its template may say where the
 * service answers. The framework names an API `{stage}-{service}`.
 */
function reachableStages({ restApis }: EngineParts['apis'], frontDoorUrl: string): (text: string) => string {
  const address = new RegExp(`https://([a-z0-9]+)\\.execute-api\\.${REGION}\\.amazonaws\\.com/${STAGE}`, 'g');
  return (text) =>
    text.replace(address, (given, id: string) => {
      const name = restApis.describe().find((api) => api.id === id)?.name;
      return name?.startsWith(`${STAGE}-`) ? `${frontDoorUrl}/${name.slice(STAGE.length + 1)}/${STAGE}` : given;
    });
}

/** The same at each start, so that data is found again. A stream's position is kept under its mapping's name. */
function generateName(stackName: string, logicalId: string, type: string): string {
  const isMapping = type === 'AWS::Lambda::EventSourceMapping';
  return `${isMapping ? stackName.replace(new RegExp(`-${STAGE}$`), '') : stackName}-${logicalId}`;
}
