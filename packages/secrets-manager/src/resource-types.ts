import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject, parseJson } from '@dure/local-http/json';
import { knownProperties, type Properties, type ResourceType } from '@dure/cloudformation';
import type { SecretsManager } from './index.ts';
import { type PasswordRules, randomPassword } from './random-password.ts';
import { optionalText, tagsOf } from './request.ts';
import type { Secret } from './store.ts';
import { addVersion } from './versions.ts';

const TYPE = 'AWS::SecretsManager::Secret';

export function secretsManagerResourceTypes(secretsManager: SecretsManager): Record<string, ResourceType> {
  return { [TYPE]: secretType(secretsManager) };
}

/**
 * A secret with a given value, or one that is generated once and again when its rules change.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
 */
function secretType({ secrets }: SecretsManager): ResourceType {
  const { store } = secrets;
  const created = ({ arn }: Secret) => ({ ref: arn, attributes: { Id: arn } });

  function describe(secret: Secret, properties: Properties): Secret {
    const description = optionalText(properties, 'Description');
    const after = { ...secret, description, kmsKeyId: optionalText(properties, 'KmsKeyId'), tags: tagsOf(properties) };
    if (!isDeepStrictEqual({ ...after }, { ...secret })) store.save(after);
    return after;
  }

  return {
    nameProperty: 'Name',
    holdsData: true,
    ...knownProperties(TYPE, ['Name', 'Description', 'GenerateSecretString', 'SecretString', 'KmsKeyId', 'Tags']),
    exists: async (name) => secrets.find(name) !== undefined,
    create({ name, properties }) {
      const existing = secrets.find(name);
      const secret = existing ?? secrets.create({ name });
      const text = optionalText(properties, 'SecretString');
      const [current] = store.versions(secret.name);
      // Who has given a secret another value keeps it.
      if (current === undefined) addVersion(store, secret, randomUUID(), { text: text ?? generated(properties) });
      return created(describe({ ...secret, deletion: undefined }, properties));
    },
    update(physicalId, properties, previous) {
      const secret = secrets.require(physicalId);
      const isNew = ['SecretString', 'GenerateSecretString'].some(
        (name) => properties[name] !== undefined && !isDeepStrictEqual(properties[name], previous[name]),
      );
      if (isNew) {
        const text = optionalText(properties, 'SecretString') ?? generated(properties);
        addVersion(store, secret, randomUUID(), { text });
      }
      return created(describe(secret, properties));
    },
    remove({ physicalId }) {
      const secret = secrets.find(physicalId);
      if (secret !== undefined) secrets.remove(secret, 0);
    },
  };
}

interface Generation extends PasswordRules {
  /** JSON of an object, which the password is put into. */
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html */
function generated({ GenerateSecretString: generation }: Properties): string {
  if (!isObject(generation ?? {})) throw new TypeError(`${TYPE}: GenerateSecretString has to be an object.`);
  const { SecretStringTemplate: template, GenerateStringKey: key, ...rules } = (generation ?? {}) as Generation;
  const password = randomPassword(rules);
  if (template === undefined && key === undefined) return password;
  const json = template === undefined ? undefined : parseJson(template);
  if (!isObject(json) || key === undefined) {
    throw new TypeError(`${TYPE}: SecretStringTemplate, JSON of an object, and GenerateStringKey go together.`);
  }
  return JSON.stringify({ ...json, [key]: password });
}
