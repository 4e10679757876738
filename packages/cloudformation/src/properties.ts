import type { Properties, ResourceType } from './resource-type.ts';

/**
 * How a type treats its properties: those that have an effect, and those that change nothing here, such as tags.
 * Others are refused by name.
 */
export function knownProperties(
  type: string,
  supported: readonly string[],
  accepted: readonly string[] = [],
): Pick<ResourceType, 'check' | 'enforced'> {
  const known = [...supported, ...accepted];
  return {
    check: (properties) => onlyKnown(type, properties, known),
    enforced: (properties) =>
      Object.fromEntries(Object.entries(properties).filter(([name]) => !accepted.includes(name))),
  };
}

/** A property of a type that is not supported here. */
export class UnsupportedProperty extends TypeError {
  readonly property: string;

  constructor(type: string, property: string) {
    super(`${type}: the property ${property} is not supported here.`);
    this.name = 'UnsupportedProperty';
    this.property = property;
  }
}

/**
 * Refuses by name a property that is not supported here.
 * @throws UnsupportedProperty
 */
export function onlyKnown(type: string, properties: Properties, known: readonly string[]): void {
  const unknown = Object.keys(properties).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnsupportedProperty(type, unknown);
}

/** A required property as text. @throws TypeError */
export function textOf(properties: Properties, name: string): string {
  const value = optionalText(properties, name);
  if (value === undefined) throw new TypeError(`#: required key [${name}] not found`);
  return value;
}

/** A property as text. @throws TypeError if it is something else */
export function optionalText(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`${name} has to be a string.`);
}

/** These properties as the texts of a service's attributes: objects become JSON. */
export function attributesOf(properties: Properties, names: readonly string[]): Record<string, string> {
  const given = names.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const value = properties[name];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}
