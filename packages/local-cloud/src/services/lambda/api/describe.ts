import { type Alias, type FunctionSettings, LATEST, type LambdaFunction } from './model.ts';

/** A version of a function as GetFunctionConfiguration answers it. */
export function configuration(definition: LambdaFunction, version: string): object {
  const settings = settingsOf(definition, version);
  const { name, arn } = definition;
  return {
    FunctionName: name,
    FunctionArn: version === LATEST ? arn : `${arn}:${version}`,
    Version: version,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMegabytes,
    Architectures: settings.architectures,
    Environment: { Variables: settings.environment },
    TracingConfig: { Mode: settings.tracingMode },
    LoggingConfig: settings.logging,
    ...(settings.layers.length > 0 && {
      Layers: settings.layers.map(({ arn, code }) => ({ Arn: arn, CodeSize: code.size })),
    }),
    ...(settings.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: settings.deadLetterArn } }),
    CodeSha256: settings.code.sha256,
    CodeSize: settings.code.size,
    LastModified: settings.modifiedAt,
    PackageType: 'Zip',
    State: 'Active',
    LastUpdateStatus: 'Successful',
    RevisionId: settings.code.folder.slice(0, 32),
  };
}

export function describeFunction(definition: LambdaFunction, version: string): object {
  const { reservedConcurrency: reserved, tags } = definition;
  return {
    Configuration: configuration(definition, version),
    Tags: tags,
    ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
  };
}

export function describeAlias({ arn }: LambdaFunction, { name, version, description }: Alias): object {
  return { AliasArn: `${arn}:${name}`, Name: name, FunctionVersion: version, Description: description };
}

function settingsOf({ latest, versions }: LambdaFunction, version: string): FunctionSettings {
  return versions.find((published) => published.version === version) ?? latest;
}
