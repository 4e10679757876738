import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusalOfStage } from '../src/stage.ts';
import { root, runServerless, writeService } from './packaged-service.ts';

describe("a stage's name", () => {
  it.each(['dev', 'prod', 'staging', 'pr12', 'a', 'x123456789012345'])('may be %s', (stage) => {
    expect(refusalOfStage(stage)).toBeUndefined();
  });

  it.each([
    ['dev-live', 'for instance "devlive".'],
    ['Dev', 'for instance "dev".'],
    ['dev_live', 'for instance "devlive".'],
    ['1st', 'Take another name.'],
    ['', 'Take another name.'],
    ['x1234567890123456', 'Take another name.'],
  ])('may not be "%s"', (stage, proposal) => {
    expect(refusalOfStage(stage)).toContain(`this is "${stage}"`);
    expect(refusalOfStage(stage)).toContain(proposal);
  });
});

describe('the Serverless CLI by itself', () => {
  const SLOW_MS = 400_000;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(root, 'node_modules', '.packaged-stage-'));
    await writeService(folder, '  api:\n    handler: src/api.handler\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['deploy', ['deploy']],
    ['package', ['package']],
    ['deploy function', ['deploy', 'function', '--function', 'api']],
  ])(
    '%s refuses a stage whose things another would reach',
    async (_, command) => {
      const { code, output } = await runServerless(folder, [...command, '--stage', 'dev-live'], {
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      });
      expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('this is "dev-live"') });
    },
    SLOW_MS,
  );
});
