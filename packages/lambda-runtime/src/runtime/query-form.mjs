/**
 * Queries of DynamoDB that differ in their values alone: what was let through once need not be looked at again, but for an
 * empty value, which no key may have. A table that is made again with keys of other types is told from its former only by
 * functions that were loaded since.
 */

/** More forms than any code has; one that writes values into its expressions has no end of them. */
const MOST = 1000;

const known = new Set();

/** What a query's keys are judged by; undefined for one that has to be judged each time. */
function formOf(body) {
  try {
    const { TableName, IndexName, KeyConditionExpression, ExpressionAttributeNames, ...rest } = JSON.parse(
      String(body),
    );
    if (typeof KeyConditionExpression !== 'string') return undefined;
    const values = Object.entries(rest.ExpressionAttributeValues ?? {}).map(([name, value]) => [
      name,
      ...Object.entries(value)[0],
    ]);
    if (values.some(([, , value]) => value === '')) return undefined;
    const types = values.map(([name, type]) => [name, type]);
    return JSON.stringify([TableName, IndexName, KeyConditionExpression, ExpressionAttributeNames, types]);
  } catch {
    // DynamoDB says what is wrong with it.
    return undefined;
  }
}

/** @param {string | Buffer} body JSON */
export function isKnownForm(body) {
  return known.has(formOf(body));
}

/** @param {string | Buffer} body of a query that was answered */
export function rememberForm(body) {
  const form = formOf(body);
  if (form === undefined) return;
  if (known.size >= MOST) known.clear();
  known.add(form);
}
