import { evaluateIntrinsic } from './intrinsic.ts';
import { isObject, query, type Json, type JsonObject } from './json-path.ts';
import { runtimeError } from './state-error.ts';

/**
 * Fills a payload template (Parameters, ResultSelector, ItemSelector): a field whose name ends in `.$` takes the value
 * of its path or intrinsic function, and loses the ending.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
export function fillTemplate(template: Json, input: Json, context: JsonObject): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, input, context));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), fieldValue(key, value, input, context)]
        : [key, fillTemplate(value, input, context)],
    ),
  );
}

/** The value of one path or intrinsic function; `field` names it in the error. */
export function fieldValue(field: string, expression: Json, input: Json, context: JsonObject): Json {
  const source = String(expression);
  if (!source.startsWith('$')) return evaluateIntrinsic(source, input, context);
  const found = query(source, input, context);
  if (found !== undefined) return found;
  const where = source.startsWith('$$') ? 'the context object' : `the input '${JSON.stringify(input)}'`;
  throw runtimeError(`The JSONPath '${source}' specified for the field '${field}' could not be found in ${where}`);
}
