import { createHash } from 'node:crypto';
import type { FunctionNotification } from '@dure/s3-store';
import {
  type Identity,
  knownProperties,
  type Properties,
  type ResourceType,
  UnresolvedReference,
} from '../cloudformation/index.ts';
import type { S3 } from './index.ts';

interface BucketConfig {
  /** `s3:ObjectCreated:*` */
  readonly Event: string;
  /** Each names one: `{ Prefix: 'a/' }` or `{ Suffix: '.csv' }`. */
  readonly Rules?: readonly Readonly<Record<string, string>>[];
}

const PROPERTIES = ['ServiceToken', 'FunctionName', 'FunctionQualifier', 'BucketName', 'BucketConfigs', 'ForceDeploy'];

/**
 * What the Serverless Framework deploys for an `s3` event of a bucket that exists (`existing: true`): it adds the function
 * to the bucket's notifications, and leaves those of others. On AWS a function of the framework does that.
 */
export function existingBucketType(s3: S3, { region, accountId }: Identity): ResourceType {
  const put = (properties: Properties, rules: readonly FunctionNotification[]): void => {
    const { FunctionName: name, BucketName: bucket } = properties as Record<string, string>;
    if (!s3.bucketExists(bucket!)) throw new UnresolvedReference(`the bucket ${bucket}`);
    s3.putFunctionNotifications(bucket!, `${name}-`, rules);
  };
  return {
    ...knownProperties('Custom::S3', PROPERTIES),
    async create({ properties }) {
      const {
        FunctionName: name,
        FunctionQualifier: qualifier,
        BucketName: bucket,
      } = properties as Record<string, string>;
      const base = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
      const arn = qualifier === undefined ? base : `${base}:${qualifier}`;
      const configs = properties['BucketConfigs'] as readonly BucketConfig[];
      put(
        properties,
        configs.map((config) => notificationOf(config, `${name}-${digestOf(config)}`, arn)),
      );
      return { ref: `${bucket}/${name}`, attributes: {} };
    },
    remove({ properties }) {
      if (s3.bucketExists(String(properties['BucketName']))) put(properties, []);
    },
  };
}

const digestOf = (config: BucketConfig): string => createHash('md5').update(JSON.stringify(config)).digest('hex');

function notificationOf({ Event, Rules = [] }: BucketConfig, id: string, arn: string): FunctionNotification {
  const filter = Object.fromEntries(
    Rules.flatMap((rule) => Object.entries(rule)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { id, arn, event: Event, prefix: filter['prefix'], suffix: filter['suffix'] };
}
