import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeService } from '../../serverless-plugin/test/packaged-service.ts';
import { arePackaged } from '../src/archives.ts';
import { rules } from '../src/rules.ts';
import { run } from './run.ts';

const PACKAGE = join(import.meta.dirname, '..');
const ROOT = join(PACKAGE, '..', '..');
const CLI = join(PACKAGE, 'src', 'cli.ts');
const PRINT = join(PACKAGE, 'test', 'print-template.ts');
const TIMEOUT_MS = 400_000;

const FUNCTIONS = `  api:
    handler: src/http/index.handler
    endpoints: [GetStock]
    table: read
  commands:
    handler: src/events/index.handler
    consumes: [ReserveStock.v1]
    table: readWrite
  relay:
    handler: src/relay.handler
    relay: true
  sweep:
    handler: src/sweep.handler
    events:
      - schedule: { rate: rate(1 hour) }
      - schedule: { method: scheduler, rate: cron(0 8 ? * MON-FRI *), timezone: Asia/Seoul }
`;

/** What differs from one packaging to the next: the folder in the bucket, and the commit. */
const withoutStamps = (template: string) =>
  JSON.parse(
    template.replaceAll(/serverless\/inventory\/dev\/[^/]+\//g, '').replaceAll(/"COMMIT":"[^"]*"/g, '"COMMIT":""'),
  ) as unknown;

async function saved(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(service(), '.serverless', name), 'utf8'));
}

const typesOf = (template: unknown) =>
  Object.values((template as { Resources: Record<string, { Type: string }> }).Resources).map(({ Type }) => Type);

let root: string;
const service = () => join(root, 'services', 'inventory');

/** A workspace of one service, which has no README and so no runbook. */
beforeAll(async () => {
  root = await mkdtemp(join(ROOT, 'node_modules', '.packaged-template-check-'));
  await writeService(service(), FUNCTIONS);
  await symlink(join(ROOT, 'packages'), join(root, 'packages'), 'junction');
  await copyFile(join(ROOT, 'package-lock.json'), join(root, 'package-lock.json'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('check:templates', () => {
  it(
    'packages what is not packaged, names what is wrong, and fails',
    async () => {
      const { code, output } = await run(CLI, ['--stage', 'dev', '--services', 'inventory'], root);
      expect(output).toContain('Packaging inventory: not packaged since the sources changed');
      expect(output).toMatch(/^FAILED {2}inventory +dev: \d+ violations? of \d+ rules?$/m);
      expect(output).toMatch(/^ {2}alarm-runbook: /m);
      // What the plugin makes of its two schedules is in order.
      expect(output).not.toMatch(/^ {2}(schedule-|target-|queue-sender|alarm-not-run|async-)/m);
      expect(output).toMatch(/✗ \w+\.Properties\.AlarmDescription: One sentence that ends with/);
      expect(output).toMatch(new RegExp(`^1 template, ${rules.length} rules, \\d+ violations, in [\\d.]+ s$`, 'm'));
      expect(output).toMatch(/Next: fix them, then npm run check:templates -- --stage dev --services inventory\n$/);
      expect(code).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    'judges the very templates that are packaged',
    async () => {
      const { output } = await run(PRINT, [service(), 'dev'], root);
      const template = await saved('cloudformation-template-update-stack.json');
      const firstTemplate = await saved('cloudformation-template-create-stack.json');
      expect(typesOf(template).filter((type) => /^AWS::(Events::Rule|Scheduler::Schedule)$/.test(type))).toHaveLength(
        3,
      );
      expect(withoutStamps(output)).toEqual(withoutStamps(JSON.stringify({ template, firstTemplate })));
    },
    TIMEOUT_MS,
  );

  it('would package again only when a source is newer than the archives', async () => {
    const functions = ['api', 'commands', 'relay', 'sweep'];
    const later = new Date(Date.now() + 60_000);
    expect(arePackaged(root, service(), functions)).toBe(true);
    await writeFile(join(service(), 'README.md'), '# inventory\n');
    await utimes(join(service(), 'README.md'), later, later);
    expect(arePackaged(root, service(), functions)).toBe(true);
    await utimes(join(service(), 'src', 'relay.ts'), later, later);
    expect(arePackaged(root, service(), functions)).toBe(false);
    expect(arePackaged(root, service(), [...functions, 'other'])).toBe(false);
  });

  it.each([
    [['--services', 'nobody'], '--services: there is no service "nobody"; there are inventory.\n'],
    [['--stage', 'local'], '--stage: "local" is not a stage on AWS; there are dev, staging and prod.\n'],
    [['--stages', 'dev'], "Unknown option '--stages'"],
  ])('refuses %j', async (args, sentence) => {
    const { code, output } = await run(CLI, args, root);
    expect(output).toContain(sentence);
    expect(code).toBe(1);
  });

  it('lists its rules with their sources', async () => {
    const { code, output } = await run(CLI, ['--rules'], root);
    for (const { id, title, why, source } of rules)
      expect(output).toContain(`${id}\n  ${title}. ${why}\n  ${source}\n`);
    expect(code).toBe(0);
  });
});
