import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findRunningCloud, untilGone } from '../../../src/workspace/offline/running-cloud.ts';

let dataDir: string;
const stops: (() => void)[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dure-running-'));
});

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  rmSync(dataDir, { recursive: true });
});

const write = (instance: object): void => writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(instance));

/** A cloud that is ready when it is asked for the n-th time. */
async function answering(index: object, readyAt = 1): Promise<{ url: string; stop: () => void }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ ...index, ready: asked >= readyAt }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  stops.push(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

it('is the one that the data folder names, once it is ready', async () => {
  const { url } = await answering({ pid: process.pid, services: [{ name: 'catalog' }] }, 3);
  write({ pid: process.pid, url });
  expect(await findRunningCloud(dataDir)).toEqual({ url, pid: process.pid, services: [{ name: 'catalog' }] });
});

it('is waited for while it has no address yet', async () => {
  const { url } = await answering({ pid: process.pid, services: [] });
  write({ pid: process.pid });
  const found = findRunningCloud(dataDir);
  write({ pid: process.pid, url });
  expect(await found).toMatchObject({ url });
});

it('is none where nothing ran, or what ran was killed', async () => {
  expect(await findRunningCloud(dataDir)).toBeUndefined();
  const { pid } = spawnSync(process.execPath, ['--version']);
  write({ pid, url: 'http://127.0.0.1:9' });
  expect(await findRunningCloud(dataDir)).toBeUndefined();
});

it('is none where another process has the number or the port of one that was killed', async () => {
  write({ pid: process.pid, url: 'http://127.0.0.1:9' });
  expect(await findRunningCloud(dataDir)).toBeUndefined();
  const { url } = await answering({ pid: 1, services: [] });
  write({ pid: process.pid, url });
  expect(await findRunningCloud(dataDir)).toBeUndefined();
});

it('is gone when its process has ended', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const { url, stop } = await answering({ pid, services: [] });
  stop();
  await untilGone({ url, pid, services: [] });
});
