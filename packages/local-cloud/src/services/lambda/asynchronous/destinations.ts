import type { InvokeResult } from '../../../shared/types.ts';
import type { AsyncFunction } from './async-invocations.ts';
import type { Condition } from './invocation-record.ts';

/** How messages reach what may be a destination. */
export interface DestinationServices {
  sendToQueue(arn: string, body: string, attributes?: Readonly<Record<string, MessageAttribute>>): unknown;
  publish(topicArn: string, message: string, attributes?: Readonly<Record<string, MessageAttribute>>): unknown;
  putEvents(entries: readonly object[]): Promise<unknown>;
  /** Invokes a function asynchronously in its turn. */
  invoke(functionArn: string, payload: unknown): unknown;
}

interface MessageAttribute {
  readonly DataType: 'String' | 'Number';
  readonly StringValue: string;
}

interface Ended {
  readonly condition: Condition;
  readonly requestId: string;
  readonly payload: unknown;
  /** The record of the invocation. */
  readonly message: object;
  readonly result: InvokeResult | undefined;
}

export interface Destinations {
  /** Sends what has ended to where the function says. False where it says nothing. */
  send(target: AsyncFunction, ended: Ended): Promise<boolean>;
  /** Sends the record of an invocation that failed. */
  sendTo(destinationArn: string, record: object): Promise<void>;
}

const KINDS = /^arn:[^:]+:(sqs|sns|events|lambda):/;

/** @throws TypeError for what is neither a queue, a topic, a bus nor a function */
export function checkDestination(arn: string): void {
  if (!KINDS.test(arn)) {
    throw new TypeError(
      `The destination "${arn}" is not the ARN of an SQS queue, an SNS topic, an event bus or a function.`,
    );
  }
}

/** Where records of asynchronous invocations go, and events that failed for good. */
export function createDestinations(services: DestinationServices): Destinations {
  async function sendRecord(
    arn: string,
    { condition, message, functionArn }: Pick<Ended, 'condition' | 'message'> & { readonly functionArn?: string },
  ): Promise<void> {
    const kind = KINDS.exec(arn)?.[1];
    const text = JSON.stringify(message);
    if (kind === 'sqs') await services.sendToQueue(arn, text);
    else if (kind === 'sns') await services.publish(arn, text);
    else if (kind === 'lambda') await services.invoke(arn, message);
    else {
      const result = condition === 'Success' ? 'Success' : 'Failure';
      const DetailType = `Lambda Function Invocation Result - ${result}`;
      const entry = {
        Source: 'lambda',
        DetailType,
        Detail: text,
        Resources: [arn, functionArn ?? ''].filter(Boolean),
        EventBusName: arn,
      };
      await services.putEvents([entry]);
    }
  }

  /** The event itself. Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq */
  async function sendEvent(arn: string, { payload, requestId, result }: Ended): Promise<void> {
    const reason = result?.ok === false ? result.errorMessage : 'Rate Exceeded.';
    const attributes = {
      RequestID: { DataType: 'String', StringValue: requestId },
      ErrorCode: { DataType: 'Number', StringValue: result === undefined ? '429' : '200' },
      ErrorMessage: { DataType: 'String', StringValue: reason.slice(0, 1024) },
    } as const;
    const text = JSON.stringify(payload);
    if (KINDS.exec(arn)?.[1] === 'sqs') await services.sendToQueue(arn, text, attributes);
    else await services.publish(arn, text, attributes);
  }

  return {
    async send({ arn, config }, ended) {
      const isSuccess = ended.condition === 'Success';
      const destination = isSuccess ? config.onSuccess : config.onFailure;
      if (destination !== undefined) await sendRecord(destination, { ...ended, functionArn: arn });
      const deadLetters = isSuccess ? undefined : config.deadLetterArn;
      if (deadLetters !== undefined) await sendEvent(deadLetters, ended);
      return (destination ?? deadLetters) !== undefined;
    },
    sendTo: (arn, message) => sendRecord(arn, { condition: 'RetriesExhausted', message }),
  };
}
