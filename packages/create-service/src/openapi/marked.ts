import { isNamedPersonal, isNamedSecret } from '@dure/contracts/personal-names';
import type { Expression } from './expression.ts';

/** A field that is named like data about a person, or like a secret, is marked as such, unless it can hold no text. */
export function marked(
  name: string,
  schema: Expression,
  schemaOf: (ref: string) => Expression | undefined,
): Expression {
  if (!mayHoldText(schema, schemaOf)) return schema;
  const personal: Expression = isNamedPersonal(name) ? { wrap: 'personal', of: schema } : schema;
  return isNamedSecret(name) && !('wrap' in schema) ? { wrap: 'secret', of: personal } : personal;
}

const FREE = ['int', 'int32', 'number', 'boolean', 'null', 'enum', 'literal', 'union', 'discriminatedUnion'];

function mayHoldText(schema: Expression, schemaOf: (ref: string) => Expression | undefined): boolean {
  if ('ref' in schema) {
    const target = schemaOf(schema.ref);
    return target === undefined || mayHoldText(target, schemaOf);
  }
  if ('wrap' in schema) return mayHoldText(schema.of, schemaOf);
  const [first] = schema.args ?? [];
  if (['array', 'nullable'].includes(schema.call))
    return first !== undefined && 'schema' in first && mayHoldText(first.schema, schemaOf);
  return !FREE.includes(schema.call);
}
