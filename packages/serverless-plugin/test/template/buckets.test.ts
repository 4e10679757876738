import { describe, expect, it } from '@jest/globals';
import { secureBuckets } from '../../src/template/buckets.ts';
import type { Template } from '../../src/template/template.ts';
import type { Json } from '../../src/types.ts';

const bucket = (properties: Record<string, Json> = {}) => ({ Type: 'AWS::S3::Bucket', Properties: properties });
const policyOf = (Bucket: Json) => ({ Type: 'AWS::S3::BucketPolicy', Properties: { Bucket } });
const encrypted = {
  ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
};

function secured(template: Template): Template['Resources'] {
  secureBuckets(template);
  return template.Resources;
}

describe('a bucket of an s3 event', () => {
  it('is encrypted, and refuses requests without TLS', () => {
    const { S3BucketFiles, S3BucketFilesPolicy } = secured({ Resources: { S3BucketFiles: bucket() } });
    expect(S3BucketFiles).toEqual(bucket({ BucketEncryption: encrypted }));
    expect(S3BucketFilesPolicy?.Properties).toMatchObject({
      Bucket: { Ref: 'S3BucketFiles' },
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 's3:*',
            Resource: [{ 'Fn::GetAtt': ['S3BucketFiles', 'Arn'] }, { 'Fn::Sub': '${S3BucketFiles.Arn}/*' }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it.each([{ Ref: 'S3BucketFiles' }, 'files'])('keeps the encryption and the policy of %j', (name) => {
    const BucketEncryption = { ServerSideEncryptionConfiguration: [] };
    const Resources = { S3BucketFiles: bucket({ BucketName: 'files', BucketEncryption }), Own: policyOf(name) };
    expect(secured({ Resources: structuredClone(Resources) })).toEqual(Resources);
  });
});

it('a bucket that the service or the framework declares stays as it is', () => {
  const Resources = { Files: bucket(), ServerlessDeploymentBucket: bucket() };
  expect(secured({ Resources: structuredClone(Resources) })).toEqual(Resources);
});
