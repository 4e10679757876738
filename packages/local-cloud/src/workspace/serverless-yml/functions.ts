import type { Section } from './section.ts';

export const RUNS_HERE = 'functions run on this machine';
const LOGS = 'lines are kept as they are written, by size';
export const PACKAGED = 'nothing is packaged on a laptop';

/** A function's properties, beside its events. */
export const FUNCTIONS: readonly Section[] = [
  {
    of: 'functions.*',
    done: `events httpApi httpApi.payload name handler runtime timeout memorySize environment role dependsOn maximumRetryAttempts maximumEventAge
      destinations destinations.onFailure destinations.onFailure.arn destinations.onFailure.type package
      destinations.onSuccess destinations.onSuccess.arn destinations.onSuccess.type layers onError reservedConcurrency
      package.individually package.patterns logs logs.applicationLogLevel logs.logFormat logs.logGroup
      logs.systemLogLevel url url.authorizer url.invokeMode url.cors url.cors.allowCredentials url.cors.allowedHeaders
      url.cors.allowedMethods url.cors.allowedOrigins url.cors.exposedResponseHeaders url.cors.maxAge`,
    noEffect: {
      architecture: RUNS_HERE,
      'awsKmsKeyArn kmsKeyArn': 'nothing is encrypted',
      'description tags': 'they only describe',
      'disableLogs logRetentionInDays logDataProtectionPolicy': LOGS,
      ephemeralStorageSize: 'the disk is this machine’s',
      'provisionedConcurrency snapStart': 'functions are loaded at the start',
      recursiveLoop: 'loops are not looked for',
      runtimeManagement: RUNS_HERE,
      tracing: 'there is no X-Ray',
      versionFunction: 'only the latest version runs',
      vpc: RUNS_HERE,
    },
    refused: {
      condition: 'A function cannot be conditional. Leave it out of serverless.yml by its variables',
      durableConfig: 'Durable functions are not run',
      fileSystemConfig: 'There is no EFS',
      image: 'Images are not run. Say "handler", and the function runs from its sources',
      'package.artifact': 'A function runs from its sources. Say in "handler" where they are',
    },
  },
];
