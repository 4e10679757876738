import type { Finding } from './check.ts';

/** The findings in one service's template of one stage. */
export interface Checked {
  readonly service: string;
  readonly stage: string;
  readonly findings: readonly Finding[];
}

/** One finding, with the stages that have it. */
interface Shared {
  readonly finding: Finding;
  readonly stages: string[];
}

/** A line per service, followed by its violations by rule. */
export function report(checked: readonly Checked[]): string {
  const services = Map.groupBy(checked, ({ service }) => service);
  return [...services].flatMap(([service, results]) => reportService(service, results)).join('\n');
}

function reportService(service: string, results: readonly Checked[]): string[] {
  const shared = share(results);
  const stages = results.map(({ stage }) => stage).join(', ');
  if (shared.length === 0) return [`ok      ${service.padEnd(16)} ${stages}`];
  const byRule = Map.groupBy(shared, ({ finding }) => finding.rule);
  return [
    `FAILED  ${service.padEnd(16)} ${stages}: ${count(shared.length, 'violation')} of ${count(byRule.size, 'rule')}`,
    ...[...byRule].flatMap(([rule, violations]) => [
      `  ${rule.id}: ${rule.title}. ${rule.why}`,
      `    ${rule.source}`,
      ...violations.map((violation) => `    ${line(violation, results.length)}`),
    ]),
  ];
}

function line({ finding, stages }: Shared, all: number): string {
  const where = [finding.resource, finding.path].filter(Boolean).join('.');
  const only = stages.length < all ? ` (${stages.join(', ')})` : '';
  return `✗ ${where}${only}: ${finding.right}`;
}

function share(results: readonly Checked[]): Shared[] {
  const found = new Map<string, Shared>();
  for (const { stage, findings } of results) {
    for (const finding of findings) {
      const key = [finding.rule.id, finding.resource, finding.path].join(' ');
      const known = found.get(key);
      if (known === undefined) found.set(key, { finding, stages: [stage] });
      else if (!known.stages.includes(stage)) known.stages.push(stage);
    }
  }
  return [...found.values()];
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
