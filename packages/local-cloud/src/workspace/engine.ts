import type { Engine } from '@dure/cloudformation/stacks/engine';
import { openStackStore } from '@dure/cloudformation/stacks/store';
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
  readonly apis: Pick<Apis, 'resourceTypes'>;
  readonly log: CloudLog;
}

/** The CloudFormation engine that makes the services' resources as `npm start` does. */
export function createEngine({ emulators, eventSources, apis, log }: EngineParts): Engine {
  const identity = { region: REGION, accountId: ACCOUNT_ID };
  return {
    ...identity,
    store: openStackStore(emulators.database),
    resourceTypes: createResourceTypes({ ...emulators, ...identity, eventSources }, apis.resourceTypes),
    log,
    development: true,
    generateName,
    dynamicReferences: {
      ...ssmReferences(emulators.ssm),
      ...secretReferences(emulators.secretsManager),
      ...variableReferences(emulators.ssm),
    },
    reachable: reachableQueues(emulators.endpoints['SQS']!, REGION),
  };
}

/** The same at each start, so that data is found again. A stream's position is kept under its mapping's name. */
function generateName(stackName: string, logicalId: string, type: string): string {
  const isMapping = type === 'AWS::Lambda::EventSourceMapping';
  return `${isMapping ? stackName.replace(new RegExp(`-${STAGE}$`), '') : stackName}-${logicalId}`;
}
