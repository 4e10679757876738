import { resourceStatements } from '../policies.ts';
import { targetOf } from '../references.ts';
import { isDisposable } from '../rule.ts';
import type { Rule, Violation } from '../rule.ts';
import { at, ofType } from '../template.ts';
import type { Entry, Json, Template } from '../template.ts';

const DELETION_POLICY =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html';

/** Types that contain data. */
const KEPT = ['AWS::DynamoDB::Table', 'AWS::Events::Archive'];

export const storeRules: readonly Rule[] = [
  tableRule({
    id: 'table-encrypted',
    title: 'Tables are encrypted with a key of the account',
    why: 'Its use is audited, and it can be revoked.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html',
    path: ['SSESpecification', 'SSEEnabled'],
    value: true,
  }),
  tableRule({
    id: 'table-recovery',
    title: 'Tables have point-in-time recovery',
    why: 'Overwritten data can be restored for 35 days.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html',
    path: ['PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'],
    value: true,
  }),
  {
    ...tableRule({
      id: 'table-protected',
      title: 'Tables cannot be deleted by accident, outside of dev',
      why: 'Deleting a table also ends its point-in-time recovery.',
      source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html',
      path: ['DeletionProtectionEnabled'],
      value: true,
      where: (stage) => !isDisposable(stage),
    }),
  },
  {
    id: 'data-retained',
    title: 'Tables and archives outlive their stack, outside of dev',
    why: 'Removing or replacing a stack must not delete the data.',
    source: DELETION_POLICY,
    *check({ template, stage }) {
      if (isDisposable(stage)) return;
      for (const { id, resource } of ofType(template, ...KEPT)) {
        for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy'] as const) {
          if (resource[policy] !== 'Retain') yield { resource: id, path: policy, right: 'Retain.' };
        }
      }
    },
  },
  {
    id: 'bucket-encrypted',
    title: 'Buckets are encrypted',
    why: 'They contain deployed code, or data.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::S3::Bucket')) {
        if (at(properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration', 0) !== undefined) continue;
        yield { resource: id, path: 'Properties.BucketEncryption', right: 'A ServerSideEncryptionConfiguration.' };
      }
    },
  },
  {
    id: 'bucket-tls',
    title: 'Buckets refuse plain HTTP',
    why: 'Unencrypted traffic can be read and changed.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html',
    *check({ template }) {
      for (const bucket of ofType(template, 'AWS::S3::Bucket')) {
        if (refusesPlainHttp(template, bucket)) continue;
        const right = 'A bucket policy that denies s3:* where aws:SecureTransport is false.';
        yield { resource: bucket.id, path: 'Properties', right };
      }
    },
  },
];

interface TableSetting {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly source: string;
  readonly path: readonly string[];
  readonly value: Json;
  readonly where?: (stage: string) => boolean;
}

function tableRule({ path, value, where = () => true, ...texts }: TableSetting): Rule {
  return {
    ...texts,
    *check({ template, stage }): Iterable<Violation> {
      if (!where(stage)) return;
      for (const { id, properties } of ofType(template, 'AWS::DynamoDB::Table')) {
        if (at(properties, ...path) === value) continue;
        yield { resource: id, path: `Properties.${path.join('.')}`, right: `${String(value)}.` };
      }
    },
  };
}

function refusesPlainHttp(template: Template, bucket: Entry): boolean {
  return resourceStatements(template).some(
    ({ entry, statement }) =>
      entry.resource.Type === 'AWS::S3::BucketPolicy' &&
      targetOf(template, entry.properties['Bucket']) === bucket.id &&
      statement['Effect'] === 'Deny' &&
      String(at(statement['Condition'], 'Bool', 'aws:SecureTransport')) === 'false',
  );
}
