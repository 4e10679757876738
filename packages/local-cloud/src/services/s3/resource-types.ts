import type { S3 } from './index.ts';
import { type Identity, knownProperties, type ResourceType } from '../cloudformation/index.ts';

export function s3ResourceTypes(s3: S3, identity: Identity): Record<string, ResourceType> {
  return { 'AWS::S3::Bucket': bucketType(s3, identity) };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html */
function bucketType(s3: S3, { region }: Identity): ResourceType {
  return {
    nameProperty: 'BucketName',
    holdsData: true,
    ...knownProperties(
      'AWS::S3::Bucket',
      ['BucketName'],
      [
        'BucketEncryption',
        'LifecycleConfiguration',
        'OwnershipControls',
        'PublicAccessBlockConfiguration',
        'Tags',
        'VersioningConfiguration',
      ],
    ),
    exists: s3.bucketExists,
    async create({ name: wanted }) {
      const name = wanted.toLowerCase();
      s3.createBucket(name);
      return {
        ref: name,
        attributes: {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
        },
      };
    },
    remove: ({ physicalId }) => s3.deleteBucket(physicalId),
  };
}
