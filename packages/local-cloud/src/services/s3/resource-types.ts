import { type Identity, knownProperties, type Properties, type ResourceType } from '../cloudformation/index.ts';
import { bucketSettings } from './bucket-settings.ts';
import type { S3 } from './index.ts';

export function s3ResourceTypes(s3: S3, identity: Identity): Record<string, ResourceType> {
  return { 'AWS::S3::Bucket': bucketType(s3, identity) };
}

const PROPERTIES = [
  ...['AccessControl', 'BucketEncryption', 'BucketName', 'CorsConfiguration', 'LifecycleConfiguration'],
  ...['ObjectLockConfiguration', 'ObjectLockEnabled', 'OwnershipControls', 'PublicAccessBlockConfiguration', 'Tags'],
  'VersioningConfiguration',
];

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
function bucketType(s3: S3, { region }: Identity): ResourceType {
  const known = knownProperties('AWS::S3::Bucket', PROPERTIES);
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
      const { VersioningConfiguration: versioning, ObjectLockEnabled: objectLock } = properties;
      // All of them first: a bucket that is refused is not made.
      const settings = bucketSettings(properties);
      s3.createBucket(name, { objectLock: String(objectLock) === 'true' });
      const status = (versioning as { readonly Status?: 'Enabled' | 'Suspended' } | undefined)?.Status;
      if (status !== undefined) s3.setVersioning(name, status);
      for (const [setting, document] of settings) s3.putSetting(name, setting, document);
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        },
      };
    },
    remove: async ({ physicalId }) => s3.deleteBucket(physicalId),
  };
}

/** @throws TypeError */
function checkAccessControl({ AccessControl: acl = 'Private' }: Properties): void {
  if (acl === 'Private' || acl === 'BucketOwnerFullControl') return;
  throw new TypeError(`AWS::S3::Bucket: AccessControl ${JSON.stringify(acl)} is not supported here; use Private.`);
}
