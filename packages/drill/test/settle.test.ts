import { expect, it } from '@jest/globals';
import { RedriveDeadLetters } from '@dure/contracts/journal';
import type { Cloud } from '@dure/testing/cloud';
import { settle } from '../src/settle.ts';

const pace = { lookAgainMs: 1, roundMs: 5 };
const functions = { names: ['orders-local-sweep'], services: ['orders'] };

/** A cloud with a dead letter, and a message that waits so many looks for its next attempt. */
function waitingCloud(looks: number) {
  const did: string[] = [];
  let letters = [{ service: 'journal' }];
  const cloud = {
    url: 'http://localhost',
    async view(name: string) {
      if (name === 'functions') return { functions: [{ name: 'orders-local-sweep', service: 'orders' }] };
      looks -= 1;
      return { busy: looks > 0 ? ['queue dure-local-notifications-email'] : [] };
    },
    async invoke(name: string) {
      did.push(name);
      return { payload: null };
    },
    async call(endpoint: unknown) {
      if (endpoint !== RedriveDeadLetters) return { status: 200, body: { items: letters } };
      did.push(`redrive while ${looks > 0 ? 'a message waits' : 'idle'}`);
      const redriven = letters.length;
      letters = [];
      return { status: 202, body: { redriven } };
    },
  };
  return { cloud: cloud as unknown as Cloud, did };
}

it('redrives and sweeps while a message waits for its next attempt', async () => {
  const { cloud, did } = waitingCloud(100);
  const settled = await settle(cloud, functions, { since: 0, within: 60_000, pace });
  expect(settled).toMatchObject({ redriven: 1, busy: '', quietAfterMs: expect.any(Number) });
  expect(did.filter((what) => what.startsWith('redrive'))).toEqual(['redrive while a message waits']);
  expect(did.filter((what) => what === 'orders-local-sweep').length).toBeGreaterThan(2);
});

it('says what moved at the deadline', async () => {
  const { cloud } = waitingCloud(Infinity);
  const settled = await settle(cloud, functions, { since: 0, within: 50, pace });
  expect(settled).toEqual({ redriven: 1, hoursPassed: 0, busy: 'queue dure-local-notifications-email' });
});
