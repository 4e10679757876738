import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Cloud, connect } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject } from '@dure/testing/faults';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { localTokens } from '@dure/testing/tokens';

/** Tokens of the identity service while none of its functions can be called. */

const AWAY = { absent: ['identity'] };

let running: LocalCloudProcess;
let cloud: Cloud;

beforeAll(async () => {
  running = await startLocalCloud({ only: ['identity', 'journal'] });
  cloud = connect(running.url);
}, 300_000);
afterEach(() => endFaults(cloud));
afterAll(() => running?.stop());

/** What the journal answers to a list that operators and auditors see. */
async function listed(authorization: string | undefined): Promise<number> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(cloud.urlOf('journal', '/v1/dead-letters'), { headers });
  await response.arrayBuffer();
  return response.status;
}

/** A function that starts on a busy machine may answer too late. */
const answers = (authorization: string): Promise<unknown> =>
  eventually('The journal answers', async () => ((await listed(authorization)) === 200 ? true : undefined));

async function guestToken(): Promise<{ readonly status: number; readonly authorization: string }> {
  const response = await fetch(cloud.urlOf('identity', '/v1/guest-tokens'), { method: 'POST' });
  const { accessToken } = (await response.json()) as { accessToken?: string };
  return { status: response.status, authorization: `Bearer ${accessToken}` };
}

const tokenOf = async (role: 'operator' | 'auditor'): Promise<string> => (await cloud.as(role)).authorization ?? '';

it('tokens go on working until they expire, those that were not shown before, too', async () => {
  const [used, unused] = [await tokenOf('operator'), await tokenOf('auditor')];
  const guest = await guestToken();
  expect(guest.status).toBe(201);
  await answers(used);
  await inject(cloud, AWAY);
  await eventually('Nobody gives tokens', async () => ((await guestToken()).status >= 500 ? true : undefined));
  for (let count = 0; count < 5; count += 1) expect(await listed(used)).toBe(200);
  expect(await listed(unused)).toBe(200);
  // The same as ever where a token allows nothing, or is none.
  expect([await listed(guest.authorization), await listed(`${unused.slice(0, -8)}AAAAAAAA`)]).toEqual([403, 401]);
});

it('a token that expires meanwhile is refused, and there is another when the service is back', async () => {
  localTokens(cloud.url).forget();
  const [early, late] = [await tokenOf('operator'), await tokenOf('auditor')];
  await answers(early);
  // The clock of the authorizer alone is past the ten minutes of the other token, which it has not seen yet.
  const clocks = [{ function: 'journal-local-authorizer', seconds: 700 }];
  await inject(cloud, { ...AWAY, clocks });
  expect(await listed(late)).toBe(401);
  await endFaults(cloud);
  localTokens(cloud.url).forget();
  expect(await listed(await tokenOf('operator'))).toBe(200);
});
