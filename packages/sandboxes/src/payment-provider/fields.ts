import { invalid } from './provider-error.ts';

/** Reads the value of a field of a request body, or throws what is wrong with it. */
type Field<Value> = (value: unknown, name: string) => Value;

type Values<Fields> = { [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never };

/**
 * Reads the fields of a request body.
 * @throws ProviderError that names the missing, wrong or unknown field
 */
export function readFields<Fields extends Record<string, Field<unknown>>>(
  body: Readonly<Record<string, unknown>>,
  fields: Fields,
): Values<Fields> {
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) {
    throw invalid('parameter_unknown', `Received unknown parameter: ${unknown}`, unknown);
  }
  const read = Object.entries(fields).map(([name, field]) => [name, field(body[name], name)]);
  return Object.fromEntries(read) as Values<Fields>;
}

/** Minor units. */
export const amount: Field<number> = (value, name) => {
  if (value === undefined) throw absent(name);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid('parameter_invalid_integer', `${name} must be a whole number of minor units, not negative.`, name);
};

export const text: Field<string> = (value, name) => {
  if (value === undefined) throw absent(name);
  if (typeof value === 'string' && value !== '' && value.length <= 500) return value;
  throw invalid('parameter_invalid_string', `${name} must be text of 1 to 500 characters.`, name);
};

/** Stored in lower case, like Stripe. */
export const currency: Field<string> = (value, name) => {
  const code = text(value, name).toLowerCase();
  if (/^[a-z]{3}$/.test(code)) return code;
  throw invalid('parameter_invalid_string', `${name} must be a three-letter ISO 4217 code.`, name);
};

export const exactly =
  <Value extends string | boolean>(only: Value): Field<Value> =>
  (value, name) => {
    if (value === undefined) throw absent(name);
    if (value === only) return only;
    throw invalid('parameter_unsupported', `${name} must be ${JSON.stringify(only)} in this sandbox.`, name);
  };

export const optional =
  <Value>(field: Field<Value>): Field<Value | undefined> =>
  (value, name) =>
    value === undefined ? undefined : field(value, name);

export const object =
  <Fields extends Record<string, Field<unknown>>>(fields: Fields): Field<Values<Fields>> =>
  (value, name) => {
    if (value === undefined) throw absent(name);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid('parameter_invalid', `${name} must be an object.`, name);
    }
    return readFields(value as Record<string, unknown>, fields);
  };

const absent = (name: string) => invalid('parameter_missing', `Missing required param: ${name}.`, name);
