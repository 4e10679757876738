import { document, nodeOf, nodesOf, parseDocument, textOf } from './xml.ts';

/** A function that a bucket notifies of changes. */
export interface FunctionNotification {
  readonly id: string;
  /** Of the function. */
  readonly arn: string;
  /** `s3:ObjectCreated:*` */
  readonly event: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

const ROOT = 'NotificationConfiguration';
const ELEMENT = 'CloudFunctionConfiguration';
const DIGEST = /^[\da-f]{32}$/;

/**
 * A notification configuration with these functions in the place of those whose ids begin like this and end in a digest.
 * All others stay.
 */
export function withFunctions(
  before: string | undefined,
  idPrefix: string,
  functions: readonly FunctionNotification[],
): string {
  const { xmlns: _namespace, ...configuration } = nodeOf(
    before === undefined ? undefined : parseDocument(before, ROOT),
  );
  const others = nodesOf(configuration[ELEMENT]).filter(({ Id }) => {
    const id = textOf(Id) ?? '';
    return !(id.startsWith(idPrefix) && DIGEST.test(id.slice(idPrefix.length)));
  });
  const added = functions.map(({ id, arn, event, prefix, suffix }) => ({
    ...{ Id: id, CloudFunction: arn, Event: event },
    ...((prefix ?? suffix) !== undefined && {
      Filter: { S3Key: { FilterRule: [...ruleOf('prefix', prefix), ...ruleOf('suffix', suffix)] } },
    }),
  }));
  return document(ROOT, { ...configuration, [ELEMENT]: [...others, ...added] });
}

const ruleOf = (Name: string, Value: string | undefined): object[] => (Value === undefined ? [] : [{ Name, Value }]);
