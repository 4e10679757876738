import type { LambdaClient } from '@aws-sdk/client-lambda';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { GivenUpCall } from './domain/dead-letter.ts';

/** The functions of all services of a stage. */
export interface Functions {
  /** Leaves the event with Lambda, which calls the function and tries again. False when there is no such function. */
  invoke(call: GivenUpCall): Promise<boolean>;
}

export function openFunctions(): Functions {
  let client: LambdaClient | undefined;
  return {
    async invoke({ functionName: FunctionName, qualifier: Qualifier, payload: Payload }) {
      // Loaded when first needed: redriving is rare, and every cold start would wait for it.
      const lambda = await import('@aws-sdk/client-lambda');
      client ??= new lambda.LambdaClient({ maxAttempts: 4, requestHandler: answerWithin(8_000) });
      try {
        await client.send(new lambda.InvokeCommand({ FunctionName, Qualifier, Payload, InvocationType: 'Event' }));
        return true;
      } catch (error) {
        if (error instanceof lambda.ResourceNotFoundException) return false;
        throw error;
      }
    },
  };
}
