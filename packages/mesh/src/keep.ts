import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { type Message, Poison } from '@dure/contracts/binding/message';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { FORM, handAttribute, KEPT_KEY, policyAttribute, valueAttribute } from './kept-item.ts';
import { readPolicy } from './policy.ts';

interface Published {
  readonly service: string;
  readonly revision: number;
}

interface BreakerSet {
  readonly state: 'open' | 'closed';
  readonly until?: string | undefined;
}

/** What a consumer does with what the control plane publishes. */
export interface Keeper {
  keepPolicy(message: Message<Published & { readonly policy: unknown }>, call: Call): Promise<void>;
  keepBreaker(message: Message<Published & BreakerSet>, call: Call): Promise<void>;
  keepValue(message: Message<Published & { readonly name: string; readonly json: string }>, call: Call): Promise<void>;
}

/**
 * Keeps policies and values of the control plane in the caller's own table, where `openPickUp` finds them. Only a higher
 * revision replaces what is there, so that a repetition or a late message changes nothing. A policy that this release cannot
 * read is a dead letter with the field that is wrong; the one before stays.
 *
 * @example
 * ```ts
 * import { consumer } from '@dure/contracts/binding/consumer';
 * import { required } from '@dure/contracts/binding/environment';
 * import { on } from '@dure/contracts/binding/message';
 * import { openTable } from '@dure/contracts/binding/table';
 * import { consumes } from '@dure/contracts/contract';
 * import { MeshPolicyPublished } from '@dure/contracts/control-plane';
 * import { openKeeper } from '@dure/mesh/keep';
 *
 * const { keepPolicy } = openKeeper(openTable(required('TABLE_NAME')));
 *
 * export const handler = consumer('mesh', [
 *   on(consumes(MeshPolicyPublished, ['service', 'revision', 'policy']), keepPolicy),
 * ]);
 * ```
 */
export function openKeeper({ client, name: TableName }: Table): Keeper {
  async function keep<Kept extends { readonly revision: number }>(
    attribute: string,
    kept: Kept,
    { log }: Call,
  ): Promise<void> {
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: KEPT_KEY,
          UpdateExpression: 'SET #kept = :kept',
          ConditionExpression: 'attribute_not_exists(#kept) OR #kept.revision < :revision',
          ExpressionAttributeNames: { '#kept': attribute },
          ExpressionAttributeValues: { ':kept': kept, ':revision': kept.revision },
        }),
      );
      log.info('kept', { kept: attribute, revision: kept.revision });
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      log.info('kept before', { kept: attribute, revision: kept.revision });
    }
  }

  return {
    async keepPolicy({ data: { service, revision, policy } }, call) {
      const read = readPolicy({ ...(policy as object), service, revision });
      if ('faults' in read) {
        const faults = read.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
        throw new Poison(`Revision ${revision} of the policy of ${service} cannot be read here: ${faults}`);
      }
      await keep(policyAttribute(service), { revision, json: JSON.stringify(read.policy), form: FORM }, call);
    },

    keepBreaker: ({ data: { service, revision, state, until = '' }, time }, call) => {
      const openUntil = state === 'open' ? Date.parse(until) : 0;
      return keep(handAttribute(service), { revision, at: Date.parse(time), openUntil }, call);
    },

    keepValue: ({ data: { name, revision, json } }, call) => keep(valueAttribute(name), { revision, json }, call),
  };
}
