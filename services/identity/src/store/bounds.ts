import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import type { Table } from '@dure/contracts/binding/table';
import type { Bound, Bounds } from '../application/bounds.ts';
import { tokenDigest } from '../application/digest.ts';
import { boundKey, expiry } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

const KEPT_SECONDS = 7_200;

export function createBounds({ client, name: TableName }: Table): Bounds {
  const counterOf = (call: Call, { what, per }: Bound, whose: string) => {
    const window = call.time.slice(0, (per === 'hour' ? 'YYYY-MM-DDTHH' : 'YYYY-MM-DDTHH:mm').length);
    return {
      TableName,
      Key: boundKey(what, tokenDigest(whose), window),
      ExpressionAttributeNames: { '#count': 'count' },
    };
  };
  return {
    take(call, bound, whose) {
      const counting = new UpdateCommand({
        ...counterOf(call, bound, whose),
        UpdateExpression: 'SET expiresAt = :expires ADD #count :one',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
        ExpressionAttributeValues: {
          ...{ ':one': 1, ':most': bound.most },
          ':expires': expiry(call.time, KEPT_SECONDS),
        },
      });
      return unlessRefused(client.send(counting));
    },
    async giveBack(call, bound, whose) {
      const back = new UpdateCommand({
        ...counterOf(call, bound, whose),
        UpdateExpression: 'ADD #count :back',
        ConditionExpression: '#count > :none',
        ExpressionAttributeValues: { ':back': -1, ':none': 0 },
      });
      await unlessRefused(client.send(back));
    },
  };
}
