import { code } from '../support/code.ts';
import { markdownTable } from '../support/markdown-table.ts';
import { GROUPS, type Replayed } from './replay.ts';

const VERDICTS = ['right', 'refused', 'wrong', 'unread'] as const;

/** How many cases of each service are right, refused by name, wrong, or could not be read. */
export function tableOf(outcomes: readonly Replayed[]): string {
  const count = (group: string, verdict: string): number =>
    outcomes.filter((outcome) => outcome.group === group && outcome.verdict === verdict).length;
  const titles = GROUPS.map(({ title }) => title).filter((title) => outcomes.some(({ group }) => group === title));
  const rows = titles.map((title) => [title, ...VERDICTS.map((verdict) => String(count(title, verdict)))]);
  return markdownTable(['service', 'right', 'refused by name', 'wrong', 'not read'], rows);
}

/** Each case of a verdict, with its reason. */
export function listOf(outcomes: readonly Replayed[], verdict: Replayed['verdict']): string {
  return outcomes
    .filter((outcome) => outcome.verdict === verdict)
    .map(({ name, reason }) => `- ${code(name)}: ${code(reason)}`)
    .toSorted()
    .join('\n');
}

/** The section of docs/conformance.md. */
export function sectionOf(outcomes: readonly Replayed[], commit: string): string {
  const wrong = listOf(outcomes, 'wrong');
  return [`LocalStack's checkout was at ${commit}.`, tableOf(outcomes), `These are wrong:`, wrong || '- none'].join(
    '\n\n',
  );
}
