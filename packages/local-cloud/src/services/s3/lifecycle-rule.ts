import { onlyKnown } from '../cloudformation/index.ts';

type Node = Readonly<Record<string, unknown>>;

const KNOWN = [
  ...['AbortIncompleteMultipartUpload', 'ExpirationDate', 'ExpirationInDays', 'ExpiredObjectDeleteMarker', 'Id'],
  ...['NoncurrentVersionExpiration', 'NoncurrentVersionExpirationInDays', 'NoncurrentVersionTransition'],
  ...['NoncurrentVersionTransitions', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan', 'Prefix', 'Status', 'TagFilters'],
  ...['Transition', 'Transitions'],
];

/**
 * A rule of a template as one of S3's API.
 * @throws TypeError for what neither has
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-rule.html
 */
export function lifecycleRule(rule: Node): Node {
  onlyKnown('AWS::S3::Bucket Rule', rule, KNOWN);
  const { ExpirationInDays, ExpirationDate, ExpiredObjectDeleteMarker, NoncurrentVersionExpirationInDays } = rule;
  const { NoncurrentVersionExpiration = whole({ NoncurrentDays: NoncurrentVersionExpirationInDays }) } = rule;
  return {
    ID: rule['Id'],
    Status: rule['Status'],
    Filter: filterOf(rule),
    Expiration: whole({ Days: ExpirationInDays, Date: ExpirationDate, ExpiredObjectDeleteMarker }),
    NoncurrentVersionExpiration,
    AbortIncompleteMultipartUpload: rule['AbortIncompleteMultipartUpload'],
    Transition: both(rule['Transition'], rule['Transitions']).map(
      ({ StorageClass, TransitionInDays, TransitionDate }) => ({
        ...{ Days: TransitionInDays, Date: TransitionDate, StorageClass },
      }),
    ),
    NoncurrentVersionTransition: both(rule['NoncurrentVersionTransition'], rule['NoncurrentVersionTransitions']).map(
      ({ StorageClass, TransitionInDays, NewerNoncurrentVersions }) => ({
        ...{ NoncurrentDays: TransitionInDays, NewerNoncurrentVersions, StorageClass },
      }),
    ),
  };
}

/** Several conditions stand below `And`. */
function filterOf({ Prefix, TagFilters, ObjectSizeGreaterThan, ObjectSizeLessThan }: Node): Node {
  const tags = both(undefined, TagFilters);
  const conditions = { Prefix, ObjectSizeGreaterThan, ObjectSizeLessThan, Tag: tags.length > 0 ? tags : undefined };
  const given = whole(conditions) ?? { Prefix: '' };
  return Object.keys(given).length + Math.max(tags.length - 1, 0) > 1 ? { And: given } : given;
}

/** What has a value; undefined where nothing has. */
function whole(node: Node): Node | undefined {
  const given = Object.entries(node).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

const both = (one: unknown, several: unknown): Node[] =>
  [...(one === undefined ? [] : [one]), ...(Array.isArray(several) ? (several as unknown[]) : [])] as Node[];
