import { evaluateIntrinsic } from './intrinsic.ts';
import { isObject, type Json } from './json.ts';
import { query, type Scope } from './json-path.ts';
import { runtimeError } from './state-error.ts';

/**
 * Fills a payload template (Parameters, ResultSelector, ItemSelector): a field whose name ends in `.$` takes the value
 * of its path or intrinsic function, and loses the ending.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function fillTemplate(template: Json, input: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, input, scope));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), fieldValue(key, value, input, scope)]
        : [key, fillTemplate(value, input, scope)],
    ),
  );
}

/** The value of one path or intrinsic function; `field` names it in the error. */
export function fieldValue(field: string, expression: Json, input: Json, scope: Scope): Json {
  const source = String(expression);
  if (!source.startsWith('$')) return evaluateIntrinsic(source, input, scope);
  const found = query(source, input, scope);
  if (found !== undefined) return found;
  const where = `could not be found in the input '${JSON.stringify(input)}'`;
  throw runtimeError(`The JSONPath '${source}' specified for the field '${field}' ${where}`);
}
