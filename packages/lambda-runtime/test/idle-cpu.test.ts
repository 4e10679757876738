import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { watchIdleCpu } from '../src/idle-cpu.ts';

describe('idle cores', () => {
  it('are none while threads keep all of them busy', async () => {
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const spin = `const { workerData: flags } = require('node:worker_threads');
      Atomics.add(flags, 0, 1);
      while (Atomics.load(flags, 1) === 0);`;
    const count = availableParallelism() * 2;
    const workers = Array.from({ length: count }, () => new Worker(spin, { eval: true, workerData: flags }));
    while (Atomics.load(flags, 0) < count) await setTimeout(10);
    const idleShare = watchIdleCpu();
    await setTimeout(500);
    const share = idleShare();
    Atomics.store(flags, 1, 1);
    await Promise.all(workers.map((worker) => once(worker, 'exit')));
    expect(share).toBeLessThan(0.2);
  });
});
