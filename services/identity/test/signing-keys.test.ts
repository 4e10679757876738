import { beginCall, type Call } from '@dure/contracts/binding/call';
import { expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { openTable } from '@dure/contracts/binding/table';
import { outboxOf } from '@dure/testing/outbox';
import { firstKey, kms, tableName } from './support/service.ts';

const { keys, tokenIssuer } = await import('../src/composition.ts');
const { addNextKey, jwksOf, ringReader, tendKeys } = await import('../src/application/signing-keys.ts');
const { issueToken } = await import('../src/application/issue-token.ts');

const DAY = 86_400_000;
const START = Date.now();
const at = (milliseconds: number): Call => ({ ...beginCall(), time: new Date(START + milliseconds).toISOString() });
const grant = { subject: 'u-1', clientId: 'c', scopes: [], roles: [] };

it('signs by the key of the stack at first, and refuses no token while keys change under load', async () => {
  const rings = await Promise.all(Array.from({ length: 5 }, () => ringReader(keys)(at(0))));
  expect(new Set(rings.map((ring) => ring.map(({ keyId }) => keyId).join())).size).toBe(1);
  expect(rings[0]?.map(({ keyId }) => keyId)).toEqual([firstKey.arn]);
  expect(await tendKeys(keys, at(0))).toEqual({ made: 0, discarded: 0 });

  // Moments from just before the rotation to after the end of the first key; a verifier asks every ten minutes.
  let published = createLocalJWKSet(jwksOf(await ringReader(keys)(at(89 * DAY)), START + 89 * DAY));
  const used = new Set<string>();
  for (let time = 90 * DAY - 1_800_000, minute = 0; time < 91.2 * DAY; time += 300_000, minute += 5) {
    if (minute % 60 === 0) await tendKeys(keys, at(time));
    if (minute % 10 === 0) published = createLocalJWKSet(jwksOf(await ringReader(keys)(at(time)), START + time));
    const call = at(time);
    const token = await issueToken(tokenIssuer, call, grant, 600);
    const { protectedHeader } = await jwtVerify(token, published, { currentDate: new Date(call.time) });
    used.add(String(protectedHeader.kid));
  }
  expect(used.size).toBe(2);
  expect((await keys.ring.load()).keys.length).toBe(1);
});

it('makes one key where many ask at once, and leaves none behind', async () => {
  const now = 200 * DAY;
  const before = (await keys.ring.load()).keys.length;
  await Promise.all(Array.from({ length: 4 }, () => addNextKey(keys, at(now))));
  const { keys: ring } = await keys.ring.load();
  expect(ring.length).toBe(before + 1);
  expect(kms.keys.find(ring.at(-1)!.keyId)?.deletionAt).toBeUndefined();
});

it('keeps a key whose ring was written although the answer was lost', async () => {
  const { ring } = keys;
  const lost = {
    ...ring,
    async save(...change: Parameters<typeof ring.save>) {
      await ring.save(...change);
      throw new Error('The connection ended.');
    },
  };
  const made = await addNextKey({ ...keys, ring: lost }, at(400 * DAY));
  expect((await ring.load()).keys).toEqual(made);
  expect(kms.keys.find(made.at(-1)!.keyId)?.deletionAt).toBeUndefined();
});

it('publishes each change, in order', async () => {
  const events = await outboxOf(openTable(tableName).client, tableName, 'signing-keys');
  const { keys: ring, version } = await keys.ring.load();
  expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
  expect(events.at(-1)?.data).toEqual({ keys: ring.map(({ kid, activeAt }) => ({ kid, signsFrom: activeAt })) });
});
