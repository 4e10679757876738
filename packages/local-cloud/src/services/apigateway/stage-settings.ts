import type { MethodSetting, Stage } from './documents.ts';
import { badRequest, read, type Reader } from './reader.ts';
import { compileTemplate } from './template.ts';

export type StageSettings = Omit<
  Stage,
  'stageName' | 'deploymentId' | 'createdDate' | 'lastUpdatedDate' | 'ofDeployment'
>;

const LOGGING_LEVELS = ['OFF', 'ERROR', 'INFO'];

/**
 * What AWS::ApiGateway::Stage and a deployment's StageDescription have in common.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
 */
export function readStageSettings(reader: Reader): StageSettings {
  refuseCaching(reader);
  const log = reader.inner('AccessLogSetting');
  const accessLogSettings =
    log === undefined ? undefined : { destinationArn: log.required('DestinationArn'), format: log.required('Format') };
  log?.done();
  if (accessLogSettings !== undefined) checkFormat(accessLogSettings.format);
  return {
    description: reader.text('Description'),
    variables: reader.textMap('Variables'),
    methodSettings: Object.fromEntries(reader.records('MethodSettings').map(readMethodSetting)),
    accessLogSettings,
    tracingEnabled: reader.flag('TracingEnabled'),
    tags: Object.fromEntries(reader.records('Tags').map(({ Key: key, Value: value }) => [String(key), String(value)])),
  };
}

export const NO_SETTINGS: StageSettings = readStageSettings(read('AWS::ApiGateway::Stage', {}));

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
export function checkFormat(format: string): void {
  compileTemplate(format);
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw badRequest('Access logging format string must include at least $context.requestId or extendedRequestId.');
  }
}

/** `/~1v1~1orders` and GET → `~1v1~1orders/GET`; `/*` and `*` → `*​/*`. The setting of that method. */
function readMethodSetting(properties: Readonly<Record<string, unknown>>): [string, MethodSetting] {
  const reader = read('MethodSettings', properties);
  refuseCaching(reader);
  const path = reader.required('ResourcePath');
  if (!/^\/(?:\*|~1[^/]*)?$/.test(path)) {
    throw badRequest(`MethodSettings: ResourcePath is "/*" or "/~1v1~1orders", with ~1 for each slash, not ${path}.`);
  }
  const key = `${path === '/' ? '~1' : path.slice(1)}/${reader.required('HttpMethod')}`;
  const loggingLevel = reader.text('LoggingLevel');
  if (loggingLevel !== undefined && !LOGGING_LEVELS.includes(loggingLevel)) {
    throw badRequest(`LoggingLevel is ${LOGGING_LEVELS.join(', ')}, not ${loggingLevel}.`);
  }
  const setting = {
    throttlingRateLimit: reader.number('ThrottlingRateLimit'),
    throttlingBurstLimit: reader.number('ThrottlingBurstLimit'),
    metricsEnabled: reader.flag('MetricsEnabled'),
    dataTraceEnabled: reader.flag('DataTraceEnabled'),
    loggingLevel: loggingLevel ?? 'OFF',
  };
  reader.done();
  return [key, setting];
}

function refuseCaching(reader: Reader): void {
  const name = ['CachingEnabled', 'CacheClusterEnabled'].find((flag) => reader.flag(flag));
  if (name !== undefined) throw badRequest(`${name}: caching of responses is not supported here.`);
}

/** What holds for one method: its own settings, over those of all methods. */
export function settingOf({ methodSettings }: Stage, resourcePath: string, httpMethod: string): MethodSetting {
  const path = resourcePath.replaceAll('/', '~1');
  return { ...methodSettings['*/*'], ...(methodSettings[`${path}/${httpMethod}`] ?? methodSettings[`${path}/ANY`]) };
}
