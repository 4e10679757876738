import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reversed, select } from '../src/order.ts';
import { type Ending, inOrder } from '../src/schedule.ts';

interface Task {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

const never = new AbortController().signal;
const journalFirst: Task[] = [
  { name: 'orders', dependsOn: ['journal'] },
  { name: 'journal', dependsOn: ['alerts'] },
  { name: 'alerts', dependsOn: [] },
  { name: 'catalog', dependsOn: ['journal'] },
  { name: 'apart', dependsOn: [] },
];

/** Runs tasks that take a few turns of the event loop each, and records what happened. */
async function observe(tasks: readonly Task[], failing: readonly string[], limit: number, signal = never) {
  const log: string[] = [];
  const under = new Set<string>();
  let most = 0;
  const run = async ({ name }: Task): Promise<Ending> => {
    log.push(`+${name}`);
    under.add(name);
    most = Math.max(most, under.size);
    for (let turn = 0; turn < name.length; turn += 1) await new Promise(setImmediate);
    under.delete(name);
    log.push(`-${name}`);
    return failing.includes(name) ? 'failed' : 'done';
  };
  const states = await inOrder(tasks, { limit, signal, run, changed: () => undefined });
  return { log, most, states: Object.fromEntries([...states].map(([name, { is }]) => [name, is])) };
}

describe('tasks in order', () => {
  it('wait for their dependencies, and run in parallel with others', async () => {
    const { log, states } = await observe(journalFirst, [], 4);
    expect(log.indexOf('+journal')).toBeGreaterThan(log.indexOf('-alerts'));
    expect(log.indexOf('+orders')).toBeGreaterThan(log.indexOf('-journal'));
    expect(log.indexOf('+catalog')).toBeLessThan(log.indexOf('-orders'));
    expect(new Set(Object.values(states))).toEqual(new Set(['done']));
  });

  it('are skipped if a direct or indirect dependency failed; the others finish', async () => {
    const { states, log } = await observe(journalFirst, ['alerts'], 1);
    expect(states).toEqual({
      alerts: 'failed',
      journal: 'skipped',
      orders: 'skipped',
      catalog: 'skipped',
      apart: 'done',
    });
    expect(log).not.toContain('+journal');
  });

  it('that take turns begin early, and go on when their dependencies are done', async () => {
    const log: string[] = [];
    const run = async ({ name }: Task, turn: () => Promise<boolean>): Promise<Ending> => {
      log.push(`+${name}`);
      if (!(await turn())) return 'stopped';
      log.push(`>${name}`);
      await new Promise(setImmediate);
      log.push(`-${name}`);
      return name === 'journal' ? 'failed' : 'done';
    };
    const states = await inOrder(journalFirst, {
      ...{ limit: 2, signal: never, run, changed: () => undefined },
      ahead: ({ name }) => name !== 'catalog',
    });
    expect(log.indexOf('+journal')).toBeLessThan(log.indexOf('-alerts'));
    expect(log.indexOf('>journal')).toBeGreaterThan(log.indexOf('-alerts'));
    expect(log.filter((line) => /orders|catalog/.test(line) && !line.startsWith('+orders'))).toEqual([]);
    expect(Object.fromEntries([...states].map(([name, { is }]) => [name, is]))).toEqual({
      ...{ alerts: 'done', apart: 'done', journal: 'failed', orders: 'skipped', catalog: 'skipped' },
    });
  });

  it('do not start after an abort; running ones finish', async () => {
    const controller = new AbortController();
    const run = async ({ name }: Task): Promise<Ending> => {
      if (name === 'alerts') controller.abort();
      await new Promise(setImmediate);
      return name === 'alerts' ? 'stopped' : 'done';
    };
    const states = await inOrder(journalFirst, { limit: 1, signal: controller.signal, run, changed: () => undefined });
    expect([...states].map(([name, { is }]) => [name, is])).toEqual([
      ['orders', 'skipped'],
      ['journal', 'skipped'],
      ['alerts', 'stopped'],
      ['catalog', 'skipped'],
      ['apart', 'skipped'],
    ]);
  });

  it('run after their dependencies or are skipped, never more at a time than allowed', async () => {
    const names = ['a', 'bb', 'ccc', 'dddd', 'ee', 'f'];
    const graphs = fc.tuple(
      ...names.map((name, index) => fc.subarray(names.slice(0, index)).map((dependsOn) => ({ name, dependsOn }))),
    );
    await fc.assert(
      fc.asyncProperty(graphs, fc.subarray(names), fc.integer({ min: 1, max: 4 }), async (tasks, failing, limit) => {
        const { log, most, states } = await observe(tasks, failing, limit);
        expect(most).toBeLessThanOrEqual(limit);
        for (const { name, dependsOn } of tasks) {
          const met = dependsOn.every((other) => states[other] === 'done');
          expect(states[name]).toBe(met ? (failing.includes(name) ? 'failed' : 'done') : 'skipped');
          for (const other of dependsOn)
            if (met) expect(log.indexOf(`+${name}`)).toBeGreaterThan(log.indexOf(`-${other}`));
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a selection', () => {
  it('has only what is named', () => {
    expect(select(journalFirst, ['orders', 'catalog']).map(({ name }) => name)).toEqual(['orders', 'catalog']);
    expect(select(journalFirst, undefined)).toHaveLength(5);
    expect(() => select(journalFirst, ['order'])).toThrow(
      'There is no service "order". There are orders, journal, alerts, catalog, apart.',
    );
  });

  it('is reversed for a removal', async () => {
    const { log } = await observe(reversed(journalFirst), [], 4);
    expect(log.indexOf('+alerts')).toBeGreaterThan(log.indexOf('-journal'));
    expect(log.indexOf('+journal')).toBeGreaterThan(Math.max(log.indexOf('-orders'), log.indexOf('-catalog')));
  });
});
