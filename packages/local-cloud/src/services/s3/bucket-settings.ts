import { xmlDocument } from '@dure/s3-store';
import { onlyKnown, type Properties } from '../cloudformation/index.ts';
import { lifecycleRule } from './lifecycle-rule.ts';

type Node = Readonly<Record<string, unknown>>;

/**
 * What a template says of a bucket, as the documents of S3's API: `[sub-resource, document]`. Undefined where the
 * template says nothing: the bucket then has what a new one has.
 * @throws TypeError for what is not supported here
 */
export function bucketSettings(properties: Properties): [string, string | undefined][] {
  const of = (name: string): Node | undefined => properties[name] as Node | undefined;
  const document = <Value>(given: Value | undefined, root: string, content: (given: Value) => Node) =>
    given === undefined ? undefined : xmlDocument(root, content(given));
  const lock = of('ObjectLockConfiguration');
  return [
    [
      'cors',
      document(of('CorsConfiguration'), 'CORSConfiguration', (cors) => ({
        CORSRule: itemsOf(cors, 'CorsRules').map(corsRule),
      })),
    ],
    [
      'encryption',
      document(of('BucketEncryption'), 'ServerSideEncryptionConfiguration', (encryption) => ({
        Rule: itemsOf(encryption, 'ServerSideEncryptionConfiguration').map(
          ({ ServerSideEncryptionByDefault, BucketKeyEnabled }) => ({
            ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
            BucketKeyEnabled,
          }),
        ),
      })),
    ],
    [
      'lifecycle',
      document(of('LifecycleConfiguration'), 'LifecycleConfiguration', (lifecycle) => ({
        Rule: itemsOf(lifecycle, 'Rules').map(lifecycleRule),
      })),
    ],
    [
      'ownershipControls',
      document(of('OwnershipControls') ?? OWNER_ENFORCED, 'OwnershipControls', (controls) => ({
        Rule: itemsOf(controls, 'Rules'),
      })),
    ],
    [
      'publicAccessBlock',
      document(of('PublicAccessBlockConfiguration') ?? YES_TO_ALL, 'PublicAccessBlockConfiguration', (block) => block),
    ],
    [
      'tagging',
      document(properties['Tags'] as readonly Node[] | undefined, 'Tagging', (tags) => ({ TagSet: { Tag: tags } })),
    ],
    // Locks cannot be taken away.
    ...(lock === undefined
      ? []
      : [['object-lock', xmlDocument('ObjectLockConfiguration', lock)] satisfies [string, string]]),
  ];
}

const OWNER_ENFORCED = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] };
const YES_TO_ALL = {
  ...{ BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
};

/** @throws TypeError */
function itemsOf(given: Node, name: string): Node[] {
  onlyKnown('AWS::S3::Bucket', given, [name, 'TransitionDefaultMinimumObjectSize']);
  const items = given[name];
  if (Array.isArray(items)) return items as Node[];
  throw new TypeError(`AWS::S3::Bucket: ${name} has to be a list.`);
}

const corsRule = ({ Id, AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders, MaxAge }: Node): Node => ({
  ID: Id,
  AllowedHeader: AllowedHeaders,
  AllowedMethod: AllowedMethods,
  AllowedOrigin: AllowedOrigins,
  ExposeHeader: ExposedHeaders,
  MaxAgeSeconds: MaxAge,
});
