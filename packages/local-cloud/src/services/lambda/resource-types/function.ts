import { checkRuntime, loggingOf } from '@dure/lambda-runtime';
import {
  type CodeStore,
  type Functions,
  type FunctionSettings,
  type InstalledCode,
  type LayerReference,
  type LayerVersions,
  zipOfSource,
} from '../api/index.ts';
import { onlyKnown, type Properties, type ReadObject, type ResourceType, textOf } from '../../cloudformation/index.ts';

const SUPPORTED = [
  'Code',
  'Handler',
  'Runtime',
  'FunctionName',
  'MemorySize',
  'Timeout',
  'Environment',
  'Role',
  'Description',
  'Tags',
  'Architectures',
  'TracingConfig',
  'LoggingConfig',
  'Layers',
  'DeadLetterConfig',
  'ReservedConcurrentExecutions',
];
/** Change nothing on one machine. */
const ACCEPTED = ['EphemeralStorage', 'KmsKeyArn', 'PackageType', 'RuntimeManagementConfig', 'SnapStart'];

export interface FunctionParts {
  readonly functions: Functions;
  readonly code: CodeStore;
  readonly layerVersions: LayerVersions;
  readonly readObject: ReadObject;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html */
export function functionType({ functions, code, layerVersions, readObject }: FunctionParts): ResourceType {
  const type = 'AWS::Lambda::Function';
  return {
    nameProperty: 'FunctionName',
    replacedBy: ['PackageType'],
    check(properties) {
      onlyKnown(type, properties, [...SUPPORTED, ...ACCEPTED]);
      if (properties['PackageType'] === 'Image')
        throw new TypeError(`${type}: container images are not run here; use Zip.`);
      checkRuntime(textOf(properties, 'Runtime'));
    },
    exists: async (name) => functions.store.find(name) !== undefined,
    async create({ name, properties }) {
      const installed = await install(properties, code, readObject);
      const tags = (properties['Tags'] ?? []) as { Key: string; Value: string }[];
      const byKey = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
      const layers = ((properties['Layers'] ?? []) as string[]).map(layerVersions.require);
      const { arn } = functions.put(name, settingsOf(name, properties, installed, layers), byKey);
      functions.reserve(name, concurrencyOf(properties));
      return { ref: name, attributes: { Arn: arn } };
    },
    async remove({ name }) {
      if (functions.store.find(name) !== undefined) functions.remove(name);
    },
  };
}

interface Code {
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly ZipFile?: string;
}

async function install(
  { Code: given, Runtime: runtime }: Properties,
  code: CodeStore,
  readObject: ReadObject,
): Promise<InstalledCode> {
  const { S3Bucket: bucket, S3Key: key, ZipFile: source, ...others } = (given ?? {}) as Code;
  onlyKnown('AWS::Lambda::Function Code', others, []);
  if (source !== undefined) return code.install(zipOfSource(source, String(runtime)));
  if (bucket === undefined || key === undefined) throw new TypeError('Code needs S3Bucket and S3Key, or ZipFile.');
  return code.install(await readObject(bucket, key));
}

function concurrencyOf({ ReservedConcurrentExecutions: reserved }: Properties): number | undefined {
  if (reserved === undefined) return undefined;
  if (Number.isInteger(Number(reserved)) && Number(reserved) >= 0) return Number(reserved);
  throw new TypeError(`ReservedConcurrentExecutions: ${JSON.stringify(reserved)} is not a whole number of 0 or more.`);
}

/** ARN of the queue or topic that takes events which failed for good. */
function deadLetterArnOf({ DeadLetterConfig: config }: Properties): string | undefined {
  const { TargetArn: arn } = (config ?? {}) as { TargetArn?: string };
  if (arn === undefined || /^arn:[^:]+:s[qn]s:/.test(arn)) return arn;
  throw new TypeError(`DeadLetterConfig.TargetArn: "${arn}" is not the ARN of an SQS queue or an SNS topic.`);
}

function settingsOf(
  name: string,
  properties: Properties,
  code: InstalledCode,
  layers: readonly LayerReference[],
): FunctionSettings {
  const { Variables: variables = {} } = (properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
  const { Mode: tracingMode = 'PassThrough' } = (properties['TracingConfig'] ?? {}) as { Mode?: string };
  const deadLetterArn = deadLetterArnOf(properties);
  return {
    handler: textOf(properties, 'Handler'),
    runtime: textOf(properties, 'Runtime'),
    role: textOf(properties, 'Role'),
    description: String(properties['Description'] ?? ''),
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    memoryMegabytes: Number(properties['MemorySize'] ?? 128),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    architectures: (properties['Architectures'] ?? ['x86_64']) as string[],
    tracingMode,
    logging: loggingOf(name, properties['LoggingConfig'] as Properties | undefined),
    layers,
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    code,
    modifiedAt: new Date().toISOString().replace('Z', '+0000'),
  };
}
