import { code } from '../support/code.ts';
import { markdownTable } from '../support/markdown-table.ts';
import { sayDifference } from './run-case.ts';
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

const LONGEST_QUOTE = 2000;

/** Each case of a verdict, with all that differs. */
export function detailsOf(outcomes: readonly Replayed[], verdict: Replayed['verdict']): string {
  const lines = ({ reason, differences }: Replayed): string[] =>
    differences.length === 0 ? [reason] : differences.map((difference) => sayDifference(difference, LONGEST_QUOTE));
  return outcomes
    .filter((outcome) => outcome.verdict === verdict)
    .map((outcome) => [outcome.name, ...lines(outcome).map((line) => `  ${line.replace(/\s+/g, ' ')}`)].join('\n'))
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
