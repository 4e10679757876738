import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { watchIdleCpu } from '../src/idle-cpu.ts';

describe('idle cores', () => {
  it('are none while threads keep all of them busy', async () => {
    const spin = 'const until = Date.now() + 1000; while (Date.now() < until);';
    const workers = Array.from({ length: availableParallelism() * 2 }, () => new Worker(spin, { eval: true }));
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))));
    const idleShare = watchIdleCpu();
    await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve))));
    expect(idleShare()).toBeLessThan(0.2);
  });
});
