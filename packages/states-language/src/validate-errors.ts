import type { QueryLanguageName } from './definition.ts';
import type { JsonObject } from './json.ts';
import { checkAssign, checkReference, checkTemplate, checkWhole, fail, listOf } from './validate-expressions.ts';

const RETRIER_FIELDS = [
  ...['ErrorEquals', 'IntervalSeconds', 'MaxAttempts', 'BackoffRate', 'MaxDelaySeconds', 'JitterStrategy', 'Comment'],
];
const CATCHER_FIELDS = { JSONPath: ['ResultPath', 'Assign'], JSONata: ['Output', 'Assign'] };
/** 366 days. Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const MAX_DELAY_SECONDS = 31_622_399;

export function checkRetries(retries: unknown, at: string): void {
  const list = listOf('Retry', retries, at);
  list.forEach((retrier, index) => {
    const where = `${at}/Retry[${index}]`;
    checkErrorEquals(retrier, index === list.length - 1, where);
    checkWhole('JSONPath', 'IntervalSeconds', retrier['IntervalSeconds'], { least: 1 }, where);
    checkWhole('JSONPath', 'MaxAttempts', retrier['MaxAttempts'], { least: 0 }, where);
    const longest = { least: 1, most: MAX_DELAY_SECONDS };
    checkWhole('JSONPath', 'MaxDelaySeconds', retrier['MaxDelaySeconds'], longest, where);
    refuseOther(retrier, RETRIER_FIELDS, where);
    const { BackoffRate: rate = 1, JitterStrategy: jitter = 'NONE' } = retrier;
    if (typeof rate !== 'number' || rate < 1) fail('BackoffRate must be a number of 1 or more', where);
    if (jitter !== 'NONE' && jitter !== 'FULL') fail('JitterStrategy is FULL or NONE', where);
  });
}

export function checkCatchers(language: QueryLanguageName, catchers: unknown, at: string): void {
  const list = listOf('Catch', catchers, at);
  list.forEach((catcher, index) => {
    const where = `${at}/Catch[${index}]`;
    checkErrorEquals(catcher, index === list.length - 1, where);
    if (typeof catcher['Next'] !== 'string') fail('These fields are required: [Next]', where);
    checkReference(catcher['ResultPath'], `${where}/ResultPath`);
    checkTemplate(language, catcher['Output'], `${where}/Output`);
    checkAssign(language, catcher['Assign'], `${where}/Assign`);
    refuseOther(catcher, ['ErrorEquals', 'Next', 'Comment', ...CATCHER_FIELDS[language]], where);
  });
}

export function refuseOther(rule: JsonObject, fields: readonly string[], at: string): void {
  const other = Object.keys(rule).find((key) => !fields.includes(key));
  if (other !== undefined) fail(`the field '${other}' is not supported by the local cloud`, at);
}

function checkErrorEquals(rule: JsonObject, isLast: boolean, at: string): void {
  const names = rule['ErrorEquals'];
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    return fail('ErrorEquals must be a list of error names', at);
  }
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) fail('States.ALL must appear alone and last', at);
}
