/** A JSON value that is neither an object nor an array. */
export type Scalar = string | number | boolean | null;

/** Which element (index) of which array (number of the array in its event) a leaf lies in. */
export type Membership = ReadonlyMap<number, number>;

export interface Field {
  readonly value: Scalar;
  readonly membership: Membership;
}

/**
 * The leaves of an event by dotted path, those under one of `prefixes` only.
 * An element of an array has the array's path; an empty array or object has no leaf.
 */
export function fieldsOf(event: Record<string, unknown>, prefixes: ReadonlySet<string>): Map<string, Field[]> {
  const fields = new Map<string, Field[]>();
  let arrays = 0;

  const visit = (path: string, value: unknown, membership: Membership): void => {
    if (Array.isArray(value)) visitArray(path, value, membership);
    else if (typeof value === 'object' && value !== null) visitObject(path, value, membership);
    else {
      const field = { value: value as Scalar, membership };
      const known = fields.get(path);
      if (known === undefined) fields.set(path, [field]);
      else known.push(field);
    }
  };
  const visitObject = (path: string, object: object, membership: Membership): void => {
    for (const [name, value] of Object.entries(object)) {
      const inner = path === '' ? name : `${path}.${name}`;
      if (prefixes.has(inner)) visit(inner, value, membership);
    }
  };
  const visitArray = (path: string, array: unknown[], membership: Membership): void => {
    const number = arrays++;
    array.forEach((element, index) => {
      // A scalar belongs to the field as a whole: two patterns may match two scalars of one array.
      const nested = typeof element === 'object' && element !== null;
      visit(path, element, nested ? new Map(membership).set(number, index) : membership);
    });
  };

  visitObject('', event, new Map());
  return fields;
}
