import { Failure, isDict } from '../reader/values.ts';

const TIMES = new Set(['Time', 'StartTime', 'EndTime', 'EventStartTime', 'EventEndTime', 'StartDate', 'EndDate']);

/** Parameters of the cases that take a list. */
const LISTS = new Set(['tags', 'tagKeys']);

/** Parameters as the SDK takes them. boto3 refuses None, and a token without characters, before it sends anything. @throws {Failure} as boto3's */
export function asParameters(input: object): object {
  const wrong = Object.entries(input).flatMap(([key, value]) => {
    const types = LISTS.has(key) ? "<class 'list'>, <class 'tuple'>" : "<class 'str'>";
    if (value === null) {
      return [`Invalid type for parameter ${key}, value: None, type: <class 'NoneType'>, valid types: ${types}`];
    }
    const isEmpty = key === 'nextToken' && value === '';
    return isEmpty ? [`Invalid length for parameter ${key}, value: 0, valid min length: 1`] : [];
  });
  if (wrong.length === 0) return withTimes(input) as object;
  throw new Failure('ParamValidationError', ['Parameter validation failed:', ...wrong].join('\n'));
}

/** boto3 takes a time as text too, which the SDK does not. */
function withTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTimes);
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      TIMES.has(key) && typeof item === 'string' ? [key, timeOf(item)] : [key, withTimes(item)],
    ),
  );
}

/** The month stands first where the year stands last. */
const timeOf = (source: string): Date => new Date(source.replace(/^(\d\d)-(\d\d)-(\d{4})/, '$3-$1-$2'));
