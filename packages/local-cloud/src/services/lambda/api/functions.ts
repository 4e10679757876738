import { type InvokeOptions, type Lambda, lambdaEnvironment } from '@dure/lambda-runtime';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { own } from '@dure/local-http/own-property';
import type { AsyncFunction } from '../asynchronous/index.ts';
import type { InvokeResult } from '../../../shared/types.ts';
import type { CodeStore } from './code.ts';
import { type FunctionReference, parseFunctionName } from './function-name.ts';
import { type FunctionSettings, LATEST, type LambdaFunction, type PublishedVersion } from './model.ts';
import type { FunctionStore } from './store.ts';

export interface FunctionsOptions {
  readonly store: FunctionStore;
  readonly code: CodeStore;
  /** The worker pool that runs them. */
  readonly lambda: Lambda;
  readonly iam: { sessionToken(caller: { readonly roleArn: string; readonly sessionName: string }): string };
  readonly region: string;
  readonly accountId: string;
  /** What every function's environment has besides its own, such as AWS_ENDPOINT_URL. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The account's functions: `$LATEST`, published versions and aliases. */
export interface Functions {
  readonly store: FunctionStore;
  arnOf(name: string): string;
  /** Creates a function, or replaces its `$LATEST`. */
  put(name: string, settings: FunctionSettings, tags: Readonly<Record<string, string>>): LambdaFunction;
  remove(name: string): void;
  /** Publishes `$LATEST`. It is the same version as long as code and settings are the same. */
  publish(name: string): PublishedVersion;
  removeVersion(name: string, version: string): void;
  /**
   * The version that a name or ARN leads to, by its qualifier or the one given.
   * @throws AwsError `ResourceNotFoundException`
   */
  resolve(functionName: string, qualifier?: string): { definition: LambdaFunction; version: string };
  /** Invokes by name, ARN, version or alias. Rejects for a function that there is not. */
  invoke(functionName: string, payload: unknown, qualifier?: string, options?: InvokeOptions): Promise<InvokeResult>;
  /** What an asynchronous invocation has to know, by the qualifier that is used. */
  asyncFunction(functionName: string, qualifier?: string): AsyncFunction;
  /** Sets the reserved concurrency; undefined removes it. */
  reserve(name: string, concurrency: number | undefined): void;
  /** Makes the functions of an earlier run known again. */
  restore(): void;
}

/** What runs a function in the worker pool: a version, under a name of its own. */
export function createFunctions(options: FunctionsOptions): Functions {
  const { store, lambda, region, accountId } = options;
  const arnOf = (name: string): string => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

  function register(definition: LambdaFunction, version: string, settings: FunctionSettings): void {
    const { name, arn } = definition;
    const { handler, runtime, timeoutSeconds, memoryMegabytes, logging } = settings;
    const config = {
      ...{ name, version, handler, runtime, timeoutSeconds, memoryMegabytes, logging },
      arn: version === LATEST ? arn : `${arn}:${version}`,
      ...{ service: name, key: name },
      taskRoot: options.code.pathOf(settings.code),
      layers: settings.layers.map(({ code }) => options.code.pathOf(code)).reverse(),
    };
    const { defaults, reserved } = lambdaEnvironment(config);
    lambda.register({
      ...config,
      environment: {
        ...defaults,
        ...settings.environment,
        ...reserved,
        ...options.environment,
        ...{ AWS_REGION: region, AWS_DEFAULT_REGION: region },
        AWS_SESSION_TOKEN: options.iam.sessionToken({ roleArn: settings.role, sessionName: name }),
      },
    });
    lambda.reserve(name, definition.reservedConcurrency);
  }

  function versionOf({ name, aliases, versions }: LambdaFunction, qualifier: string): string {
    const version = own(aliases, qualifier)?.version ?? qualifier;
    if (version === LATEST || versions.some((published) => published.version === version)) return version;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arnOf(name)}:${qualifier}`, 404);
  }

  function resolve(functionName: string, given?: string): { definition: LambdaFunction; version: string } {
    const { name, qualifier = given ?? LATEST }: FunctionReference = parseFunctionName(functionName);
    const definition = store.require(name);
    return { definition, version: versionOf(definition, qualifier) };
  }

  return {
    store,
    arnOf,
    resolve,
    put(name, settings, tags) {
      const before = store.find(name);
      const blank = { name, arn: arnOf(name), nextVersion: 1, versions: [], aliases: {}, invokeConfigs: {} };
      const definition: LambdaFunction = { ...(before ?? blank), tags, latest: settings };
      store.save(definition);
      register(definition, LATEST, settings);
      return definition;
    },
    remove(name) {
      const { versions } = store.require(name);
      for (const version of [LATEST, ...versions.map((published) => published.version)]) {
        lambda.unregister(`${name}:${version}`);
      }
      store.delete(name);
    },
    publish(name) {
      const definition = store.require(name);
      const { latest, versions, nextVersion } = definition;
      const last = versions.at(-1);
      if (last !== undefined && isSame(last, latest)) return last;
      const published = { ...latest, version: String(nextVersion) };
      store.save({ ...definition, nextVersion: nextVersion + 1, versions: [...versions, published] });
      register(definition, published.version, published);
      return published;
    },
    removeVersion(name, version) {
      const definition = store.find(name);
      if (definition === undefined) return;
      lambda.unregister(`${name}:${version}`);
      store.save({ ...definition, versions: definition.versions.filter((published) => published.version !== version) });
    },
    async invoke(functionName, payload, given, invokeOptions = {}) {
      const { definition, version } = resolve(functionName, given);
      const { qualifier = given } = parseFunctionName(functionName);
      const arn = qualifier === undefined ? definition.arn : `${definition.arn}:${qualifier}`;
      return lambda.invoke(`${definition.name}:${version}`, payload, { ...invokeOptions, arn });
    },
    asyncFunction(functionName, given) {
      const { definition, version } = resolve(functionName, given);
      const { qualifier = given ?? LATEST } = parseFunctionName(functionName);
      const { deadLetterArn } =
        definition.versions.find((published) => published.version === version) ?? definition.latest;
      const config = own(definition.invokeConfigs, qualifier) ?? {};
      return {
        arn: `${definition.arn}:${qualifier}`,
        version,
        config: { ...config, ...(deadLetterArn !== undefined && { deadLetterArn }) },
      };
    },
    reserve(name, concurrency) {
      const { reservedConcurrency: _before, ...definition } = store.require(name);
      store.save({ ...definition, ...(concurrency !== undefined && { reservedConcurrency: concurrency }) });
      lambda.reserve(name, concurrency);
    },
    restore() {
      for (const definition of store.all()) {
        register(definition, LATEST, definition.latest);
        for (const published of definition.versions) register(definition, published.version, published);
      }
    },
  };
}

/** Whether nothing except the time changed since the version was published. */
function isSame(
  { version: _version, modifiedAt: _at, ...before }: PublishedVersion,
  latest: FunctionSettings,
): boolean {
  const { modifiedAt: _now, ...after } = latest;
  return JSON.stringify(before) === JSON.stringify(after);
}
