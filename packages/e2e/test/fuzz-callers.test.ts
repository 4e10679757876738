import { type Cloud, connect } from '@dure/testing/cloud';
import { untilIdle } from '@dure/testing/faults';
import { leaksIn } from '@dure/testing/leaks';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { report } from '@dure/testing/report';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allOperations, fuzz, type FuzzReport } from '../src/fuzz.ts';
import type { Answer } from '../src/fuzz/answers.ts';
import { accessOf, type Caller, kindsOfCallers, type Owned } from '../src/fuzz/callers.ts';
import { type Mint, openMint } from '../src/fuzz/mint.ts';
import { contentsOf, differences } from '../src/fuzz/tables.ts';
import { issuerOf } from '../src/person.ts';
// shop
import { ordersOfOwner } from '../src/fuzz/owner.ts';
// /shop

/** Requests of every kind of caller to every operation, on a local cloud on which nobody else does anything. */

/** Of all operations together. */
const REQUESTS = Number(process.env['DURE_FUZZ_CALLERS'] ?? 3_000);
const SEED = Number(process.env['DURE_FUZZ_SEED'] ?? 15);
/** How many operations are asked at a time. */
const AT_ONCE = 6;
const MS = 120_000 + REQUESTS * 100;

/** What is written beside every request: the journal has who called, and the gateway counts who asks it. */
const UNCOMPARED = ['dure-local-journal', 'dure-local-gateway'];

let running: LocalCloudProcess;
let cloud: Cloud;
let mint: Mint;
let callers: readonly Caller[];
const owned: Owned = { known: {}, hidden: ['nobody’s'], ofOwner: () => Promise.resolve([]) };
const operations = allOperations();
const leaks = new Map<string, string>();

beforeAll(async () => {
  running = await startLocalCloud();
  cloud = connect(running.url);
  // shop
  Object.assign(owned, await ordersOfOwner(cloud));
  // /shop
  await untilIdle(cloud);
  mint = await openMint(running, await issuerOf(cloud));
  callers = await kindsOfCallers(mint, owned.hidden);
}, 400_000);

afterAll(async () => {
  mint?.close();
  await running?.stop();
}, 120_000);

/** An error answer has nothing that a log may not have. */
function lookAt({ status, headers, body }: Answer): void {
  if (status < 400) return;
  for (const { what, line } of leaksIn([body, JSON.stringify(headers)])) leaks.set(`${what}: ${line}`, String(status));
}

/** Sends a share of all requests, and resolves to what went wrong and how many were sent. */
async function sendAll(
  share: number,
  chosen: (access: ReturnType<typeof accessOf>, caller: Caller) => boolean,
): Promise<{ failures: string[]; sent: number; kinds: number; statuses: Record<string, number> }> {
  const asked = operations
    .map((operation) => {
      const access = accessOf(operation);
      return { operation, access, of: callers.filter((caller) => chosen(access, caller)) };
    })
    .filter(({ of }) => of.length > 0);
  const requests = Math.ceil((REQUESTS * share) / asked.length);
  const reports: FuzzReport[] = [];
  const waiting = asked.values();
  const work = async (): Promise<void> => {
    for (const { operation, access, of } of waiting) {
      const baseUrl = `${running.url}/${operation.service}/local`;
      const as = { callers: of, access, seen: lookAt };
      reports.push(await fuzz(operation, { baseUrl, requests, seed: SEED, known: owned.known, ...as }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const statuses: Record<string, number> = {};
  for (const report of reports) {
    for (const [status, count] of Object.entries(report.statuses)) statuses[status] = (statuses[status] ?? 0) + count;
  }
  return {
    failures: reports.flatMap(({ failure }) => failure ?? []),
    sent: reports.reduce((sum, report) => sum + report.requests, 0),
    kinds: new Set(asked.flatMap(({ of }) => of.map(({ kind }) => kind))).size,
    statuses,
  };
}

const has = (record: Readonly<Record<string, number>>, status: number): boolean => (record[status] ?? 0) > 0;

describe(`${REQUESTS} requests with tokens of every kind`, () => {
  it(
    'change nothing where the caller may not do it at all',
    async () => {
      const before = await contentsOf(running, UNCOMPARED);
      const { failures, sent, kinds, statuses } = await sendAll(
        0.5,
        (access, caller) => caller.may(access) === undefined,
      );
      expect(failures).toEqual([]);
      await untilIdle(cloud);
      expect(differences(before, await contentsOf(running, UNCOMPARED))).toEqual([]);
      expect([sent >= REQUESTS * 0.5, kinds > 20, has(statuses, 401), has(statuses, 403)]).toEqual([
        true,
        true,
        true,
        true,
      ]);
      report(`Callers that may not: ${JSON.stringify({ sent, kinds, statuses })}`);
    },
    MS,
  );

  // shop
  it(
    'neither show nor change what is another’s',
    async () => {
      const before = await owned.ofOwner();
      const { failures, sent, statuses } = await sendAll(
        0.2,
        (access, caller) => caller.may(access) === 'own' && caller.hidden.length > 0,
      );
      expect(failures).toEqual([]);
      await untilIdle(cloud);
      expect(await owned.ofOwner()).toEqual(before);
      expect([sent >= REQUESTS * 0.2, has(statuses, 404), has(statuses, 403)]).toEqual([true, true, true]);
      report(`Callers that may with their own: ${JSON.stringify({ sent, statuses })}`);
    },
    MS,
  );
  // /shop

  it(
    'are answered as published where the caller may',
    async () => {
      const { failures, sent, statuses } = await sendAll(0.3, (access, caller) => caller.may(access) !== undefined);
      expect(failures).toEqual([]);
      expect([sent >= REQUESTS * 0.3, has(statuses, 200), has(statuses, 400)]).toEqual([true, true, true]);
      report(`Callers that may: ${JSON.stringify({ sent, statuses })}`);
    },
    MS,
  );

  it('get no error that tells a secret, or anything about a person', () => {
    expect([...leaks.keys()]).toEqual([]);
  });
});
