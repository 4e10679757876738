import { isObject, type Json } from './json.ts';

/** The field of an object, `a/b` for one inside another; undefined when it is not there. */
export function fieldOf(object: object, name: string): Json | undefined {
  return name
    .split('/')
    .reduce<Json | undefined>(
      (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      object as Json,
    );
}
