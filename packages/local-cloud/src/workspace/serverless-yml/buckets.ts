import type { Section } from './section.ts';

/** `provider.s3`: buckets that `s3` events make. */
export const BUCKETS: readonly Section[] = [
  { of: 'provider.s3', done: '.' },
  {
    of: 'provider.s3.*',
    done: `name bucketName accessControl
      corsConfiguration corsConfiguration.CorsRules corsConfiguration.CorsRules[].AllowedHeaders
      corsConfiguration.CorsRules[].AllowedMethods corsConfiguration.CorsRules[].AllowedOrigins
      corsConfiguration.CorsRules[].ExposedHeaders corsConfiguration.CorsRules[].Id
      corsConfiguration.CorsRules[].MaxAge
      objectLockConfiguration objectLockConfiguration.ObjectLockEnabled objectLockConfiguration.Rule
      objectLockConfiguration.Rule.DefaultRetention objectLockConfiguration.Rule.DefaultRetention.Days
      objectLockConfiguration.Rule.DefaultRetention.Mode objectLockConfiguration.Rule.DefaultRetention.Years
      objectLockEnabled versioningConfiguration versioningConfiguration.Status`,
    noEffect: {
      bucketEncryption: 'it is given back, and nothing is encrypted',
      lifecycleConfiguration: 'it is given back, and objects stay until they are deleted',
      publicAccessBlockConfiguration: 'it is given back, and nobody but programs of this machine reaches a bucket',
      tags: 'they are given back, and only describe',
    },
    refused: {
      'accelerateConfiguration analyticsConfigurations inventoryConfigurations': 'Buckets do not do that here',
      'loggingConfiguration metricsConfigurations replicationConfiguration': 'Buckets do not do that here',
      websiteConfiguration: 'Buckets serve no websites here',
    },
  },
  {
    of: 'provider.s3.*.notificationConfiguration',
    done: `. LambdaConfigurations LambdaConfigurations[].Event LambdaConfigurations[].Function
      LambdaConfigurations[].Filter LambdaConfigurations[].Filter.S3Key LambdaConfigurations[].Filter.S3Key.Rules
      LambdaConfigurations[].Filter.S3Key.Rules[].Name LambdaConfigurations[].Filter.S3Key.Rules[].Value
      QueueConfigurations QueueConfigurations[].Event QueueConfigurations[].Queue QueueConfigurations[].Filter
      QueueConfigurations[].Filter.S3Key QueueConfigurations[].Filter.S3Key.Rules
      QueueConfigurations[].Filter.S3Key.Rules[].Name QueueConfigurations[].Filter.S3Key.Rules[].Value
      TopicConfigurations TopicConfigurations[].Event TopicConfigurations[].Topic TopicConfigurations[].Filter
      TopicConfigurations[].Filter.S3Key TopicConfigurations[].Filter.S3Key.Rules
      TopicConfigurations[].Filter.S3Key.Rules[].Name TopicConfigurations[].Filter.S3Key.Rules[].Value`,
  },
];
