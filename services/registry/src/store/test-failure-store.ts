import { DependantTestFailed } from '@dure/contracts/registry';
import type { Call } from '@dure/contracts/binding/call';
import { commit, Conflict } from '@dure/contracts/binding/commit';
import { epochSeconds, publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';

/*
 * item          pk             sk                                                   attributes
 * test failure  TEST#<stage>   <contract>#<provider>#<label>#<consumer>#<label>     expiresAt: that it was told
 */

interface Party {
  readonly service: string;
  readonly label: string;
}

/** Tests of a consumer fail with a release of the provider. */
export interface TestFailure {
  readonly stage: string;
  readonly contract: string;
  readonly provider: Party;
  readonly consumer: Party;
  /** The names of the tests. */
  readonly what: string;
}

/** Longer than a release is tried. */
const KEPT_DAYS = 90;

export type TestFailureStore = ReturnType<typeof createTestFailureStore>;

export const createTestFailureStore = (table: Table) => ({
  /** Publishes it, unless that was done for the same two releases. */
  async report(call: Call, failure: TestFailure): Promise<void> {
    const { stage, contract, provider, consumer } = failure;
    const sk = [contract, provider.service, provider.label, consumer.service, consumer.label].join('#');
    const expiresAt = epochSeconds(call.time) + KEPT_DAYS * 86_400;
    try {
      await commit(table, call, {
        writes: [
          {
            Put: {
              Item: { pk: `TEST#${stage}`, sk, expiresAt },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
        ],
        events: [publish(DependantTestFailed, `${stage}/${sk}`, 1, failure)],
      });
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  },
});
