import { checkTemplate } from './check.ts';
import { HELP, parseOptions } from './options.ts';
import type { Options } from './options.ts';
import { count, report } from './report.ts';
import type { Checked } from './report.ts';
import { rules } from './rules.ts';
import { loadSpec } from './spec.ts';
import { wildcards } from '@dure/serverless-plugin/wildcards';
import { factsFor, findServices, packageStale, resolveStage } from './workspace.ts';
import type { Service } from './workspace.ts';

const PART = { part: true };

/** `node cli.ts --stage prod --services orders`, from the repository's root. Exits with 0, or 1 if there is a violation. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return print(HELP);
  if (options.rules) return print(listRules());
  const root = process.cwd();
  const services = await findServices(root);
  refuseUnknown(options, services);
  const chosen = services.filter(({ name }) => options.only?.includes(name) ?? true);
  const signal = untilStopped();
  const why = chosen.length === services.length ? '' : '. All are, because one may refer to what another publishes';
  await packageStale(root, services, (line) => void print(`${line}${why}\n`), signal);
  const started = performance.now();
  const checked = await checkAll(services, chosen, options.stages);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const findings = checked.reduce((sum, it) => sum + it.findings.length, 0);
  const templates = `${count(checked.length, 'template')}, ${count(rules.length, 'rule')}`;
  print(
    `${report(checked)}\n\n${templates}, ${count(findings, 'violation')}, in ${seconds} s\n${next(options, findings)}\n`,
  );
  return findings === 0 ? 0 : 1;
}

async function checkAll(
  services: readonly Service[],
  chosen: readonly Service[],
  stages: readonly string[],
): Promise<Checked[]> {
  const known = { spec: loadSpec(), wildcards };
  const checked: Checked[] = [];
  for (const stage of stages) {
    const all = await resolveStage(services, stage);
    for (const packaged of all.filter(({ service }) => chosen.includes(service))) {
      const facts = factsFor(packaged, all, known);
      const service = packaged.service.name;
      const findings = [
        ...checkTemplate({ service, stage, template: packaged.template, facts }),
        ...checkTemplate({ service, stage, template: packaged.firstTemplate, facts: { ...facts, archives: [] } }, PART),
      ];
      checked.push({ service, stage, findings });
    }
  }
  return checked;
}

function next({ stages, only }: Options, findings: number): string {
  const chosen = only === undefined ? '' : ` --services ${only.join(',')}`;
  if (findings > 0) return `Next: fix them, then npm run check:templates -- --stage ${stages.join(',')}${chosen}`;
  return `Next: npm run deploy -- --stage ${stages[0]}${chosen}`;
}

function listRules(): string {
  return rules.map(({ id, title, why, source }) => `${id}\n  ${title}. ${why}\n  ${source}\n`).join('');
}

function refuseUnknown({ only = [] }: Options, services: readonly Service[]): void {
  const names = services.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new Error(`--services: there is no service "${unknown}"; there are ${names.join(', ')}.`);
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function untilStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => controller.abort());
  return controller.signal;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
