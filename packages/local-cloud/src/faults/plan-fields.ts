/** A plan that cannot be followed; the message names what is wrong with it. */
export class InvalidPlan extends Error {
  override readonly name = 'InvalidPlan';
}

/** @param known names of fields; any, when left out */
export function fieldsOf(value: unknown, path: string, known?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidPlan(`${path} has to be an object.`);
  }
  const unknown = known && Object.keys(value).find((name) => !known.includes(name));
  if (known === undefined || unknown === undefined) return value as Record<string, unknown>;
  throw new InvalidPlan(`${path} has an unknown field "${unknown}"; there are ${known.join(', ')}.`);
}

export function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw new InvalidPlan(`${path} has to be a list that is not empty.`);
}

export function text(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidPlan(`${path} has to be a string that is not empty.`);
}

export function oneOf<const Choice extends string>(value: unknown, path: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((it) => it === value);
  if (choice !== undefined) return choice;
  throw new InvalidPlan(`${path} has to be one of ${choices.join(', ')}.`);
}

export function integer(value: unknown, path: string, from: number, to: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw new InvalidPlan(`${path} has to be a whole number from ${from} to ${to}.`);
}

export function probability(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new InvalidPlan(`${path} has to be a number from 0 to 1.`);
}

/** Probabilities by name, none by default. At most one fault strikes. */
export function chances<const Name extends string>(
  fault: Readonly<Record<string, unknown>>,
  path: string,
  names: readonly Name[],
): Record<Name, number> {
  const read = names.map((name) => [name, probability(fault[name] ?? 0, `${path}.${name}`)] as const);
  if (read.reduce((sum, [, chance]) => sum + chance, 0) > 1) {
    throw new InvalidPlan(`The probabilities of ${path} are more than 1 together.`);
  }
  return Object.fromEntries(read) as Record<Name, number>;
}
