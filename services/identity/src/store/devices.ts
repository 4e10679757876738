import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import type { Table } from '@dure/contracts/binding/table';
import { tokenDigest } from '../application/digest.ts';
import type { SignInParts } from '../application/sign-in.ts';
import type { Account } from '../domain/account.ts';
import { emailDigest } from './account-store.ts';
import { deviceKey, expiry } from './keys.ts';

/** How long an account knows a device that nobody signs in with. */
export const DEVICE_SECONDS = 180 * 86_400;

export interface Devices {
  readonly isKnown: SignInParts['devices']['isKnown'];
  /** Lets the account know the device from now on, until it has another password or other roles. */
  remember(call: Call, account: Pick<Account, 'email' | 'epoch'>, device: string): Promise<void>;
}

export function createDevices({ client, name: TableName }: Table): Devices {
  const keyOf = (email: string, device: string) => deviceKey(tokenDigest(device), emailDigest(email));
  return {
    async isKnown(email, device, epoch) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: keyOf(email, device), ConsistentRead: true }),
      );
      return item !== undefined && item['epoch'] === epoch;
    },
    async remember(call, { email, epoch }, device) {
      const Item = { ...keyOf(email, device), epoch, expiresAt: expiry(call.time, DEVICE_SECONDS) };
      await client.send(new PutCommand({ TableName, Item }));
    },
  };
}
