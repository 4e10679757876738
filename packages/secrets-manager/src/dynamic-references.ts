import { isObject, parseJson } from '@dure/local-http/json';
import { type DynamicReferences, UnresolvedReference } from '@dure/cloudformation';
import type { SecretsManager } from './index.ts';
import { findVersion } from './versions.ts';

const ARN_PARTS = 7;

/**
 * `{{resolve:secretsmanager:secret-id:SecretString:json-key:version-stage:version-id}}`, of which only the id, a name or an
 * ARN, has to be there.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export const secretReferences = ({ secrets }: Pick<SecretsManager, 'secrets'>): DynamicReferences => ({
  secretsmanager(address) {
    const parts = address.split(':');
    const id = parts.splice(0, address.startsWith('arn:') ? ARN_PARTS : 1).join(':');
    const [field = '', key = '', stage = '', version = ''] = parts;
    if (field !== '' && field !== 'SecretString') {
      throw new TypeError(`{{resolve:secretsmanager:${address}}}: there is only SecretString, not ${field}.`);
    }
    const secret = secrets.find(id);
    if (secret === undefined || secret.deletion !== undefined) throw new UnresolvedReference(`the secret ${id}`);
    const wanted = { ...(version !== '' && { id: version }), ...(stage !== '' && { stage }) };
    const { text } = findVersion(secrets.store.versions(secret.name), wanted);
    if (text === undefined) throw new TypeError(`The secret ${id} has no SecretString.`);
    return key === '' ? text : valueOfKey(text, key, id);
  },
});

function valueOfKey(text: string, key: string, id: string): string {
  const json = parseJson(text);
  if (!isObject(json)) throw new TypeError(`Could not parse SecretString JSON of the secret ${id}`);
  const value = Object.hasOwn(json, key) ? json[key] : undefined;
  if (value === undefined)
    throw new TypeError(`Could not find a value associated with JSONKey in SecretString of ${id}: ${key}`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
