import { findMessage } from './find-contract.ts';
import { logicalId, resourceName, withinLimit } from './names.ts';
import { consumerQueue, deadLetterQueue, queueArn, queuePolicies, receiveStatement, sendStatement } from './queues.ts';
import { ConfigurationError } from './types.ts';
import type { Catalogue, Consumption, Expansion, FunctionConfig, Json, Resource, ServiceContext } from './types.ts';

const RULE_NAME_LIMIT = 64;
const EVERYTHING = '*';

type Pattern = { readonly [key: string]: Json };

interface Selection {
  /** The end of the rule's name and logical id: `OrderPlaced-v1`. */
  readonly label: string;
  readonly pattern: Pattern;
}

/**
 * `consumes`: a rule per message, one queue with its dead-letter queue, and the queue as the function's event source.
 * A rule keeps undeliverable events in its own dead-letter queue. `*` consumes everything on the bus.
 */
export function expandConsumer(
  context: ServiceContext,
  catalogue: Catalogue,
  functionName: string,
  config: FunctionConfig,
): Expansion {
  const id = (suffix: string) => logicalId(functionName, suffix);
  const [queue, deadLetters, ruleDeadLetters] = [id('Queue'), id('DeadLetterQueue'), id('RuleDeadLetterQueue')];
  const maxReceives = config.maxReceives ?? 5;
  const selections = (config.consumes ?? []).map((it) => select(context, catalogue, functionName, it));
  refuseTwice(selections, functionName);
  const rules = selections.map((selection): [string, Resource] => [
    id(`${selection.label.replace('-v', 'V')}Rule`),
    rule(context, functionName, selection, { queue, ruleDeadLetters }),
  ]);
  const ruleIds = rules.map(([ruleId]) => ruleId);
  return {
    resources: {
      [queue]: consumerQueue(context, functionName, {
        timeout: config.timeout ?? context.timeout,
        window: config.maximumBatchingWindow,
        maxReceives,
        deadLetterQueue: deadLetters,
      }),
      [deadLetters]: deadLetterQueue(context, [functionName, 'dlq'], [functionName]),
      [ruleDeadLetters]: deadLetterQueue(context, [functionName, 'rule', 'dlq']),
      ...Object.fromEntries(rules),
      ...queuePolicies([queue, deadLetters, ruleDeadLetters], { [queue]: ruleIds, [ruleDeadLetters]: ruleIds }),
    },
    events: [
      {
        sqs: {
          arn: queueArn(queue),
          batchSize: config.batchSize ?? 10,
          ...(config.maximumBatchingWindow !== undefined && { maximumBatchingWindow: config.maximumBatchingWindow }),
          maximumConcurrency: config.maximumConcurrency ?? 5,
          functionResponseType: 'ReportBatchItemFailures',
        },
      },
    ],
    environment: {
      QUEUE_URL: { Ref: queue },
      QUEUE_DLQ_URL: { Ref: deadLetters },
      MAX_RECEIVES: String(maxReceives),
    },
    statements: [receiveStatement(queue), sendStatement(deadLetters)],
  };
}

/**
 * The pattern of a rule: a message by its detail type, from its senders. If a rule takes everything, a message whose
 * envelope names certain sources must come from them.
 */
function select(
  context: ServiceContext,
  catalogue: Catalogue,
  functionName: string,
  consumption: Consumption,
): Selection {
  const { message, where, foreign } = asObject(consumption);
  const detail: Pattern = where === undefined ? {} : { detail: where };
  if (message === EVERYTHING) {
    const source = foreign === true ? [{ prefix: '' }] : (where?.['source'] ?? [{ prefix: 'dure.' }]);
    return { label: 'Everything', pattern: { source, ...detail } };
  }
  const contract = findMessage(catalogue, context.service, message, `functions.${functionName}.consumes`);
  return {
    label: contract.detailType.replace('.', '-'),
    pattern: {
      source: contract.senders.map((sender) => `dure.${sender}`),
      'detail-type': [contract.detailType],
      ...detail,
    },
  };
}

const asObject = (consumption: Consumption): Exclude<Consumption, string> =>
  typeof consumption === 'string' ? { message: consumption } : consumption;

function rule(
  context: ServiceContext,
  functionName: string,
  selection: Selection,
  queues: { queue: string; ruleDeadLetters: string },
): Resource {
  const name = resourceName(context, functionName, selection.label);
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: withinLimit('rule', name, RULE_NAME_LIMIT),
      EventBusName: context.bus.name,
      EventPattern: selection.pattern,
      State: 'ENABLED',
      Targets: [
        {
          Id: 'queue',
          Arn: queueArn(queues.queue),
          DeadLetterConfig: { Arn: queueArn(queues.ruleDeadLetters) },
          RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        },
      ],
    },
  };
}

function refuseTwice(selections: readonly Selection[], functionName: string): void {
  const labels = selections.map((selection) => selection.label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice === undefined) return;
  throw new ConfigurationError(`functions.${functionName}.consumes: "${twice.replace('-v', '.v')}" is named twice.`);
}
