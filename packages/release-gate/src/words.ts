import { columns } from './columns.ts';
import type { Answer } from './gate.ts';
import type { Verdict } from './registry.ts';

type Reason = Verdict['blockers'][number];

/**
 * The answer for people: who would break, on which field, whose it is and what to do. Every tool that asks the gate
 * prints this.
 */
export function inWords(answer: Answer): string {
  const { warnings, overridden, stage, releases, removals } = answer;
  const names = (removals ?? releases.map(({ service, label }) => `${service} ${label}`)).join(', ');
  const headline = (removals === undefined ? HEADLINES : HEADLINES_OF_REMOVALS)[answer.answer](stage);
  const urgent =
    answer.urgent === true ? '  An urgent fix: dependants have no time, and their tests do not run.\n' : '';
  const excused = overridden.map(
    ({ override: { who, why, until }, ...reason }) =>
      `  overridden by ${who} until ${until} (${why}):\n${described(reason)}`,
  );
  return [
    `${headline}${names === '' ? '' : ` (${names})`}\n`,
    urgent,
    ...(answer.why === undefined ? [] : [`  ${answer.why}\n  → ${REMEDY}\n`]),
    table(answer.blockers),
    ...(answer.cycle === undefined ? [] : [`  No order is safe: ${answer.cycle.join(' → ')}\n`]),
    ...excused,
    ...warnings.map((reason) => `  warning:\n${described(reason)}`),
  ].join('');
}

const HEADLINES: Readonly<Record<Answer['answer'], (stage: string) => string>> = {
  yes: (stage) => `✓ May be deployed to ${stage}`,
  no: (stage) => `✗ May not be deployed to ${stage}`,
  unknown: (stage) => `? Unknown whether it may be deployed to ${stage}, so nothing is`,
};

const HEADLINES_OF_REMOVALS: typeof HEADLINES = {
  yes: (stage) => `✓ May be removed from ${stage}`,
  no: (stage) => `✗ May not be removed from ${stage}`,
  unknown: (stage) => `? Unknown whether it may be removed from ${stage}, so nothing is`,
};

const REMEDY = 'Try again when the registry answers. What is not known is no yes.';

function table(reasons: readonly Reason[]): string {
  if (reasons.length === 0) return '';
  const rows = reasons.map((reason) => [breaks(reason), whose(reason), reason.contract, reason.at ?? '']);
  const [heads = '', ...lines] = columns([['who would break', 'whose', 'contract', 'field'], ...rows])
    .trimEnd()
    .split('\n');
  const body = lines.map((line, index) => `${line}\n${explained(reasons[index]!)}`);
  return `\n${heads.trimEnd()}\n${body.join('')}`;
}

const described = (reason: Reason): string =>
  `${columns([[breaks(reason), whose(reason), reason.contract, reason.at ?? '']])}${explained(reason)}`;
const explained = ({ what, remedy }: Reason): string => `    ${what}\n    → ${remedy}\n`;

const broken = ({ consumer, provider }: Reason) => consumer ?? provider;
const breaks = (reason: Reason): string => {
  const party = broken(reason);
  return party === undefined ? '-' : `${party.service} ${party.label}`;
};
const whose = (reason: Reason): string => broken(reason)?.owner ?? '-';
