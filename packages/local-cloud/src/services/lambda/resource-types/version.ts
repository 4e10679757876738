import { type Functions, type LambdaFunction, LATEST, parseFunctionName } from '../api/index.ts';
import { checkDestination, type InvokeConfig } from '../asynchronous/index.ts';
import { onlyKnown, type Properties, type ResourceType, textOf } from '../../cloudformation/index.ts';

const functionOf = (properties: Properties): string => parseFunctionName(textOf(properties, 'FunctionName')).name;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html */
export function versionType(functions: Functions): ResourceType {
  const known = ['FunctionName', 'CodeSha256', 'Description', 'ProvisionedConcurrencyConfig', 'RuntimePolicy'];
  return {
    replacedBy: known,
    check: (properties) => onlyKnown('AWS::Lambda::Version', properties, known),
    async create({ properties }) {
      const name = functionOf(properties);
      const { latest, arn } = functions.store.require(name);
      const expected = properties['CodeSha256'];
      if (expected !== undefined && expected !== latest.code.sha256) {
        throw new TypeError(
          `CodeSHA256 (${String(expected)}) is different from current CodeSHA256 in $LATEST (${latest.code.sha256}). ` +
            'Please try again with the CodeSHA256 in $LATEST.',
        );
      }
      const { version } = functions.publish(name);
      const ref = `${arn}:${version}`;
      return { ref, attributes: { Version: version, FunctionArn: ref } };
    },
    async remove({ physicalId }) {
      const { name, qualifier = LATEST } = parseFunctionName(physicalId);
      const aliases = Object.values(functions.store.find(name)?.aliases ?? {});
      const alias = aliases.find(({ version }) => version === qualifier);
      if (alias !== undefined) throw new TypeError(`The version ${qualifier} is used by the alias ${alias.name}.`);
      functions.removeVersion(name, qualifier);
    },
  };
}

/** Traffic moves at once: what shifts it step by step on AWS, CodeDeploy, has no effect here. */
export function aliasType({ store }: Functions): ResourceType {
  const known = ['FunctionName', 'FunctionVersion', 'Name', 'Description', 'ProvisionedConcurrencyConfig'];
  return {
    replacedBy: ['FunctionName', 'Name'],
    check: (properties) => onlyKnown('AWS::Lambda::Alias', properties, known),
    async create({ properties }) {
      const definition = store.require(functionOf(properties));
      const [name, version] = [textOf(properties, 'Name'), textOf(properties, 'FunctionVersion')];
      if (version !== LATEST && !definition.versions.some((published) => published.version === version)) {
        throw new TypeError(`Function not found: ${definition.arn}:${version}`);
      }
      const alias = { name, version, description: String(properties['Description'] ?? '') };
      store.save({ ...definition, aliases: { ...definition.aliases, [name]: alias } });
      const ref = `${definition.arn}:${name}`;
      return { ref, attributes: { AliasArn: ref } };
    },
    async remove({ properties }) {
      change(store, functionOf(properties), ({ aliases, ...definition }) => {
        const { [textOf(properties, 'Name')]: _gone, ...others } = aliases;
        return { ...definition, aliases: others };
      });
    },
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html */
export function eventInvokeConfigType({ store }: Functions): ResourceType {
  const known = ['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'];
  return {
    replacedBy: ['FunctionName', 'Qualifier'],
    check: (properties) => onlyKnown('AWS::Lambda::EventInvokeConfig', properties, known),
    async create({ name, properties }) {
      const definition = store.require(functionOf(properties));
      const qualifier = textOf(properties, 'Qualifier');
      const invokeConfigs = { ...definition.invokeConfigs, [qualifier]: invokeConfigOf(properties) };
      store.save({ ...definition, invokeConfigs });
      return { ref: name, attributes: {} };
    },
    async remove({ properties }) {
      change(store, functionOf(properties), ({ invokeConfigs, ...definition }) => {
        const { [textOf(properties, 'Qualifier')]: _gone, ...others } = invokeConfigs;
        return { ...definition, invokeConfigs: others };
      });
    },
  };
}

function invokeConfigOf(properties: Properties): InvokeConfig {
  const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = properties;
  const { OnSuccess, OnFailure, ...others } = (properties['DestinationConfig'] ?? {}) as Destinations;
  onlyKnown('AWS::Lambda::EventInvokeConfig DestinationConfig', others, []);
  const [onSuccess, onFailure] = [OnSuccess, OnFailure].map((target) => target?.Destination || undefined);
  for (const arn of [onSuccess, onFailure]) if (arn !== undefined) checkDestination(arn);
  return {
    ...(retries !== undefined && { maximumRetryAttempts: inRange('MaximumRetryAttempts', retries, 0, 2) }),
    ...(age !== undefined && { maximumEventAgeSeconds: inRange('MaximumEventAgeInSeconds', age, 60, 21_600) }),
    ...(onSuccess !== undefined && { onSuccess }),
    ...(onFailure !== undefined && { onFailure }),
  };
}

function inRange(name: string, value: unknown, low: number, high: number): number {
  if (Number.isInteger(Number(value)) && Number(value) >= low && Number(value) <= high) return Number(value);
  throw new TypeError(`${name}: ${JSON.stringify(value)} is not a whole number from ${low} to ${high}.`);
}

interface Destinations {
  readonly OnSuccess?: { readonly Destination?: string };
  readonly OnFailure?: { readonly Destination?: string };
}

/** A function that is gone took all of this with it. */
function change(store: Functions['store'], name: string, to: (definition: LambdaFunction) => LambdaFunction): void {
  const definition = store.find(name);
  if (definition !== undefined) store.save(to(definition));
}
