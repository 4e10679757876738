import type { Json, Resource, Template } from '../src/template.ts';

/** A template that may be changed. */
export interface Draft {
  Resources: Record<string, DraftResource>;
  Outputs: Record<string, unknown>;
  Parameters: Record<string, unknown>;
  Mappings: Record<string, unknown>;
}

type DraftResource = { -readonly [Key in keyof Resource]: Resource[Key] } & { Properties: Record<string, Json> };

/** A copy of a template, changed. */
export function changed(template: Template, change: (draft: Draft) => void): Template {
  const draft = JSON.parse(JSON.stringify(template)) as Draft;
  change(draft);
  return draft as Template;
}

/** Sets, or with `undefined` deletes, a value in a resource: `set('Queue', 'Properties.DelaySeconds', 1)`. */
export function set(id: string, path: string, value: Json | undefined) {
  return (draft: Draft) => {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let here = draft.Resources[id] as unknown as Record<string, unknown>;
    for (const key of keys) here = here[key] as Record<string, unknown>;
    if (value === undefined) delete here[last];
    else here[last] = value;
  };
}

/** Takes a resource out. */
export function without(id: string) {
  return (draft: Draft) => {
    delete draft.Resources[id];
  };
}

export function add(id: string, resource: Resource) {
  return (draft: Draft) => {
    draft.Resources[id] = { Properties: {}, ...resource };
  };
}

/** As many entries as asked for: what a limit is passed with. */
export function many<T>(count: number, make: (index: number) => T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`Many${index}`, make(index)]));
}
