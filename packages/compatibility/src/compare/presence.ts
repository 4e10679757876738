import { needsOf } from './rules.ts';
import { isSchema, object, own, type Schema } from '../schema/schema.ts';

/** A property that came, went, or is needed now or no longer. */
export interface PresenceChange {
  readonly name: string;
  readonly what: string;
  /** Whether it breaks callers, or consumers, if anything here does. */
  readonly breaks: { readonly input: boolean; readonly output: boolean };
  /** The property is gone. */
  readonly gone: boolean;
}

export function presenceChanges(before: Schema, after: Schema): PresenceChange[] {
  const [old, now] = [declared(before), declared(after)];
  const [needed, needs] = [needsOf(before), needsOf(after)];
  return [...new Set([...old, ...now])].flatMap((name): PresenceChange[] => {
    const [was, is] = [old.has(name), now.has(name)];
    const [had, must] = [needed.includes(name), needs.includes(name)];
    const change = (what: string, input: boolean, output: boolean) => [
      { name, what, breaks: { input, output }, gone: was && !is },
    ];
    if (!is) return change('is gone', saysOthers(after) || own(object(after['properties']), name) === false, had);
    if (!was) return change(must ? 'is new and required' : 'is new', must || saysOthers(before), saysOthers(before));
    if (had !== must) return change(must ? 'is required now' : 'is no longer required', must, had);
    return [];
  });
}

/** The properties that may be there: those with a schema, and those that are only required. */
export function declared(schema: Schema): Set<string> {
  const properties = object(schema['properties']);
  const names = Object.keys(properties).filter((name) => own(properties, name) !== false);
  return new Set([...names, ...needsOf(schema)]);
}

/** Whether something is said of the properties that are not named. */
const saysOthers = (schema: Schema): boolean =>
  ['additionalProperties', 'unevaluatedProperties', 'patternProperties'].some(
    (keyword) => isSchema(schema[keyword]) && schema[keyword] !== true,
  );
