import { evaluate } from './reader/expressions.ts';
import { bodyOf, execute, functionOf } from './reader/statements.ts';
import { parametersOf } from './reader/parameters.ts';
import { Scope } from './reader/scope.ts';
import { Callable, Namespace, Refused, Unreadable, text } from './reader/values.ts';
import type { CaseFiles, Definition, Variant } from './cases.ts';
import { type Difference, newReading, matchesOf, transformers } from './snapshot.ts';

export type Verdict = 'right' | 'wrong' | 'refused' | 'unread';

export interface Outcome {
  readonly verdict: Verdict;
  /** Why it is not right: where the answer differs, what was refused, or what the reader does not know. */
  readonly reason: string;
  /** All that differs, where something does. */
  readonly differences: readonly Difference[];
}

/** The words of a case, by name: what makes its resources, and what it records with. */
export type Vocabulary = (snapshot: Namespace) => Readonly<Record<string, unknown>>;

export interface Surroundings {
  readonly vocabulary: Vocabulary;
  readonly files: CaseFiles;
  /** Fixtures of the file and the folders around it. */
  readonly fixtures: readonly Definition[];
  /** What AWS answered, by the key under which the case matches it. */
  readonly recorded: Readonly<Record<string, unknown>> | undefined;
  /** The day of the recording, in ISO 8601; empty where it is not known. */
  readonly recordedOn: string;
}

const CASE_DEADLINE_MS = 150_000;

/** Replays one case. */
export async function runCase(definition: Definition, variant: Variant, surroundings: Surroundings): Promise<Outcome> {
  const reading = newReading(surroundings.recordedOn);
  const matches = matchesOf(surroundings.recorded, reading);
  const snapshot = matches.value;
  const words = {
    ...surroundings.vocabulary(snapshot),
    ...transformers(reading),
    snapshot,
    request: new Namespace({ node: new Namespace({ name: nameOf(definition, variant) }) }),
  };
  try {
    await surroundings.files.withWords(words, () =>
      withDeadline(play(definition, variant, words, surroundings.fixtures)),
    );
  } catch (error) {
    if (error instanceof Unreadable) return { verdict: 'unread', reason: error.message, differences: [] };
    if (error instanceof Refused) return { verdict: 'refused', reason: error.message, differences: [] };
    const found = matches.differences();
    const [first] = found;
    const reason = first === undefined ? text((error as Error).message) : sayDifference(first);
    return { verdict: 'wrong', reason, differences: found };
  }
  const found = matches.differences();
  const [first] = found;
  if (first !== undefined) return { verdict: 'wrong', reason: sayDifference(first), differences: found };
  if (matches.count() === 0 && Object.keys(surroundings.recorded ?? {}).length > 0)
    return { verdict: 'unread', reason: 'nothing was compared', differences: [] };
  return { verdict: 'right', reason: '', differences: [] };
}

const nameOf = ({ name }: Definition, { ids }: Variant): string =>
  ids.length === 0 ? name : `${name}[${ids.join('-')}]`;

async function play(
  definition: Definition,
  variant: Variant,
  words: Readonly<Record<string, unknown>>,
  fixtures: readonly Definition[],
): Promise<void> {
  const scope = new Scope(definition.scope);
  const made = new Map<string, unknown>();
  const provide = async (name: string): Promise<unknown> => {
    if (Object.hasOwn(variant.values, name)) return variant.values[name] ?? null;
    if (!made.has(name)) made.set(name, await make(name));
    return made.get(name);
  };
  async function make(name: string): Promise<unknown> {
    if (name === 'self') return methodsOf(definition, definition.scope);
    const word = words[name];
    if (word !== undefined) return typeof word === 'function' ? (word as () => unknown)() : word;
    const fixture = fixtures.find((one) => one.name === name);
    if (fixture === undefined) throw new Unreadable(`the fixture ${name}`);
    const named: Record<string, unknown> = {};
    for (const parameter of parametersOf(fixture.node.parts.find((part) => part.name === 'ParamList'))) {
      named[parameter.name] = await provide(parameter.name);
    }
    return functionOf(fixture.node, fixture.scope).call([], named);
  }
  for (const { name, fallback } of parametersOf(definition.node.parts.find((part) => part.name === 'ParamList'))) {
    scope.set(name, fallback === undefined ? await provide(name) : await evaluate(fallback, scope));
  }
  await execute(bodyOf(definition.node), scope);
}

/** `self` of a case: the functions of its class, and what the class assigns. */
function methodsOf({ methods, classScope }: Definition, scope: Scope): Namespace {
  const self: Namespace = new Namespace((name) => {
    const found = methods.find(({ node }) =>
      node.parts.some((part) => part.name === 'VariableName' && part.text === name),
    );
    if (found === undefined) return classScope.find(name);
    const method = functionOf(found.node, scope);
    return found.isStatic ? method : new Callable((args, named) => method.call([self, ...args], named));
  });
  return self;
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`It has not ended after ${CASE_DEADLINE_MS / 1000} s.`)),
      CASE_DEADLINE_MS,
    );
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** @param longest characters of a quotation */
export function sayDifference({ path, recorded, here }: Difference, longest = LONGEST_QUOTE): string {
  return `${path}: AWS ${brief(recorded, longest)}, here ${brief(here, longest)}`;
}

const LONGEST_QUOTE = 90;

function brief(value: unknown, longest: number): string {
  const json =
    value === undefined
      ? 'nothing'
      : value instanceof Date
        ? 'a time'
        : JSON.stringify(value instanceof Error ? value.message : value);
  return json.length > longest ? `${json.slice(0, longest)}…` : json;
}
