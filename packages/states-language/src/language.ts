import type { Catcher } from './definition.ts';
import type { Json, JsonObject } from './json.ts';
import type { Place } from './run.ts';

/** What a state hands on: its output, and the variables that it assigns. */
export interface Leaving {
  readonly output: Json;
  readonly assigned: JsonObject;
}

export type NumberKind = 'integer' | 'float';

/** How the fields of a state are evaluated: `JSONPath` or `JSONata`. Each call throws an EvaluationError. */
export interface QueryLanguage {
  /** What the state works on. */
  effectiveInput(place: Place): Json;
  /** What a Task, Parallel or Pass state passes to its work. */
  parameters(place: Place, effective: Json): Promise<Json>;
  /** The list of a Map state. */
  items(place: Place, effective: Json): Promise<Json[]>;
  /** A template of the state, with an object in it that has the language's own fields. */
  template(place: Place, field: string, template: Json, effective: Json): Promise<Json>;
  /** A number, from the field or from its `…Path`; undefined when neither is there. `field` may lead inside: `a/b`. */
  number(place: Place, field: string, effective: Json, kind: NumberKind): Promise<number | undefined>;
  text(place: Place, field: 'Error' | 'Cause', effective: Json): Promise<string | undefined>;
  /** The instant of a Wait state: milliseconds since 1970. */
  timestamp(place: Place, effective: Json): Promise<number>;
  /** The branch of a Choice state; `next` is undefined when nothing matched. */
  choose(place: Place, effective: Json): Promise<Leaving & { readonly next: string | undefined }>;
  /** `result` is undefined for a state that has none: Wait, Succeed. */
  leave(place: Place, effective: Json, result: Json | undefined): Promise<Leaving>;
  caught(place: Place, catcher: Catcher, errorOutput: JsonObject): Promise<Leaving>;
}
