import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { counting, decideRecording, type Endpoint, type LiveSet, type Recording } from '../../src/domain/live-set.ts';

const NOW = '2026-01-05T09:30:00.000Z';

interface Stage {
  readonly live: LiveSet | undefined;
  readonly endpoints: ReadonlyMap<string, readonly Endpoint[]>;
}

/** As the store writes a decision. */
function record(stage: Stage, recording: Recording): { stage: Stage; decision: ReturnType<typeof decideRecording> } {
  const { live } = stage;
  const answers = stage.endpoints.get(recording.service) ?? [];
  const decision = decideRecording(live, answers, recording, NOW);
  if (typeof decision === 'string') return { stage, decision };
  const { put, remove, registered, left, bootstrap } = decision;
  const changed = [...put, ...remove];
  const kept = (live?.entries ?? []).filter(
    (it) => !changed.some((one) => one.service === it.service && one.label === it.label),
  );
  const stays = answers.filter((it) => ![...left, ...registered].some(({ region }) => region === it.region));
  const token = (live?.token ?? 0) + 1 + registered.length + left.length;
  return {
    decision,
    stage: {
      live: { token, bootstrap, entries: [...kept, ...put] },
      endpoints: new Map([...stage.endpoints, [recording.service, [...stays, ...registered]]]),
    },
  };
}

const NOTHING: Stage = { live: undefined, endpoints: new Map() };

const endpoint = fc.record({
  region: fc.constantFrom('eu-central-1', 'us-east-1', 'local'),
  url: fc.constantFrom('https://a.example.com', 'https://b.example.com'),
});
const asked = fc.record(
  {
    service: fc.constantFrom('orders', 'stock'),
    label: fc.constantFrom('1', '2', '3'),
    owner: fc.constant('Team'),
    state: fc.constantFrom('candidate' as const, 'live' as const, 'removed' as const),
    bootstrap: fc.boolean(),
    stale: fc.boolean(),
    endpoints: fc.uniqueArray(endpoint, { selector: ({ region }) => region }),
  },
  { requiredKeys: ['service', 'label', 'owner', 'state', 'bootstrap', 'stale'] },
);

type Asked = Omit<Recording, 'expected'> & { readonly stale: boolean };

const tokenOf = ({ live }: Stage): number => live?.token ?? 0;
const toRecording = (stage: Stage, { stale, endpoints, ...rest }: Asked): Recording => ({
  ...rest,
  expected: String(tokenOf(stage) + (stale ? 1 : 0)),
  ...(endpoints && rest.state !== 'removed' && { endpoints }),
});

describe('recordings in any order', () => {
  it('leave one live release of a service at most, and addresses only where one runs', () => {
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 30 }), (all) => {
        let stage = NOTHING;
        for (const it of all) {
          const before = stage;
          const recording = toRecording(stage, it);
          const { decision, stage: after } = record(stage, recording);
          stage = after;
          if (typeof decision === 'string') expect(stage).toBe(before);
          else expect(tokenOf(stage)).toBeGreaterThan(tokenOf(before));
          for (const service of ['orders', 'stock']) {
            const entries = (stage.live?.entries ?? []).filter((entry) => entry.service === service);
            expect(new Set(entries.map(({ label }) => label)).size).toBe(entries.length);
            expect(entries.filter(({ state }) => state === 'live').length).toBeLessThanOrEqual(1);
            const regions = (stage.endpoints.get(service) ?? []).map(({ region }) => region);
            expect(new Set(regions).size).toBe(regions.length);
            if (entries.every(({ state }) => state === 'draining')) expect(regions).toEqual([]);
          }
        }
      }),
    );
  });

  it('are done once: a repetition with the old token changes nothing', () => {
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 15 }), asked, (before, it) => {
        const stage = before.reduce((at, one) => record(at, toRecording(at, one)).stage, NOTHING);
        const recording = toRecording(stage, it);
        const first = record(stage, recording);
        if (typeof first.decision === 'string') return;
        // A candidate is announced by a verdict on the stage as it was.
        const again = recording.state === 'candidate' ? 'precondition-failed' : 'unchanged';
        expect(record(first.stage, recording).decision).toBe(again);
      }),
    );
  });

  it('of two that saw the same token, the second is refused unless it says the same', () => {
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 15 }), asked, asked, (before, one, other) => {
        const stage = before.reduce((at, it) => record(at, toRecording(at, it)).stage, NOTHING);
        const [first, second] = [one, other].map((it) => toRecording(stage, { ...it, stale: false }));
        const after = record(stage, first!);
        if (typeof after.decision === 'string') return;
        expect(['precondition-failed', 'unchanged']).toContain(record(after.stage, second!).decision);
      }),
    );
  });
});

it('counts what drains until its messages are gone', () => {
  const entry = { service: 'orders', label: '1', owner: 'Team', state: 'draining' as const, since: NOW };
  const until = '2026-01-19T09:30:00.000Z';
  expect(counting([{ ...entry, until }], NOW)).toHaveLength(1);
  expect(counting([{ ...entry, until }], until)).toHaveLength(0);
});
