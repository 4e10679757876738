import { compilePattern, InvalidPatternError } from '@dure/event-patterns';

type Pattern = Readonly<Record<string, unknown>>;

/** What a rule tells messages apart by, without their content. */
export interface MessageNames {
  readonly source?: string;
  readonly 'detail-type'?: string;
}

/** Whether a pattern takes a message of these names, of some content. One that only AWS knows to read may. */
export function selects(pattern: Pattern, names: MessageNames): boolean {
  const part = partOf(pattern, Object.keys(names));
  if (Object.keys(part).length === 0) return true;
  try {
    return compilePattern(part)(names);
  } catch (error) {
    if (error instanceof InvalidPatternError) return true;
    throw error;
  }
}

/** The texts that a pattern has for a field, of each alternative. */
export const textsOf = (pattern: Pattern, field: keyof MessageNames): string[] => [
  ...listOf(pattern[field]).filter((value): value is string => typeof value === 'string'),
  ...listOf(pattern['$or']).flatMap((branch) => textsOf(branch as Pattern, field)),
];

/** What a pattern wants of these fields. An alternative that wants nothing of them leaves all of them free. */
function partOf(pattern: Pattern, fields: readonly string[]): Pattern {
  const own = Object.fromEntries(Object.entries(pattern).filter(([field]) => fields.includes(field)));
  const branches = listOf(pattern['$or']).map((branch) => partOf(branch as Pattern, fields));
  const areAllBound = branches.length > 1 && branches.every((branch) => Object.keys(branch).length > 0);
  return { ...own, ...(areAllBound && { $or: branches }) };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
