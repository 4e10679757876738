import {
  type CreatedResource,
  type Identity,
  knownProperties,
  type Properties,
  type ResourceType,
} from '../cloudformation/index.ts';
import { bucketSettings } from './bucket-settings.ts';
import { existingBucketType } from './existing-bucket.ts';
import type { S3 } from './index.ts';
import { notificationDocument } from './notification-settings.ts';

export function s3ResourceTypes(s3: S3, identity: Identity): Record<string, ResourceType> {
  return { 'AWS::S3::Bucket': bucketType(s3, identity), 'Custom::S3': existingBucketType(s3, identity) };
}

const PROPERTIES = [
  ...['AccessControl', 'BucketEncryption', 'BucketName', 'CorsConfiguration', 'LifecycleConfiguration'],
  ...[
    'NotificationConfiguration',
    'ObjectLockConfiguration',
    'ObjectLockEnabled',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
  ],
  'VersioningConfiguration',
];

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
function bucketType(s3: S3, { region }: Identity): ResourceType {
  const known = knownProperties('AWS::S3::Bucket', PROPERTIES);
  function configure(name: string, properties: Properties, settings: ReturnType<typeof bucketSettings>): void {
    const { Status } = (properties['VersioningConfiguration'] ?? {}) as { Status?: 'Enabled' | 'Suspended' };
    if (Status !== undefined) s3.setVersioning(name, Status);
    for (const [setting, document] of settings) s3.putSetting(name, setting, document);
  }
  const created = (name: string): CreatedResource => ({
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
  });
  return {
    nameProperty: 'BucketName',
    replacedBy: ['ObjectLockEnabled'],
    holdsData: true,
    ...known,
    check(properties) {
      known.check(properties);
      checkAccessControl(properties);
    },
    exists: async (name) => s3.bucketExists(name),
    async create({ name: wanted, properties }) {
      const name = wanted.toLowerCase();
      const notification = notificationOf(properties);
      // All of them first: a bucket that is refused is not made.
      const settings = bucketSettings(properties);
      s3.createBucket(name, { objectLock: String(properties['ObjectLockEnabled']) === 'true' });
      configure(name, properties, settings);
      if (notification !== undefined) s3.putSetting(name, 'notification', notification);
      return created(name);
    },
    async update(name, properties, previous) {
      const [notification, before] = [notificationOf(properties), notificationOf(previous)];
      configure(name, properties, bucketSettings(properties));
      // What others have added to it stays while the template says the same of it.
      if (notification !== before) s3.putSetting(name, 'notification', notification);
      return created(name);
    },
    remove: async ({ physicalId }) => s3.deleteBucket(physicalId),
  };
}

function notificationOf({ NotificationConfiguration: given }: Properties): string | undefined {
  return given === undefined ? undefined : notificationDocument(given as Properties);
}

/** @throws TypeError */
function checkAccessControl({ AccessControl: acl = 'Private' }: Properties): void {
  if (acl === 'Private' || acl === 'BucketOwnerFullControl') return;
  throw new TypeError(`AWS::S3::Bucket: AccessControl ${JSON.stringify(acl)} is not supported here; use Private.`);
}
