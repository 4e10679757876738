import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fieldsOf, oneOf, text } from '../faults/plan-fields.ts';

/** What a service says in this file is there on a laptop, and put by an operator or another company on AWS. */
export const DECLARATION = 'local-cloud.yml';

export interface SandboxDeclaration {
  readonly name: string;
  /** Exports `startSandbox`: a package's module, or a path from the service's folder that begins with `./`. */
  readonly module: string;
  /** The parameter, below `/dure/{stage}/{service}/`, in which the service finds the sandbox's URL. */
  readonly urlParameter: string;
  readonly webhook?: WebhookDeclaration;
}

/** The local cloud sends `PUT {registerAt}` with `{ url, secret }` to the sandbox. */
export interface WebhookDeclaration {
  /** Where the service takes the webhooks: `/v1/carrier-events`. */
  readonly path: string;
  /** The parameter that has the secret. */
  readonly secretParameter: string;
  readonly registerAt: string;
}

/** A value, or a random one that stays: 32 bytes in base64 after the prefix. */
export type ParameterValue = string | { readonly randomAfter: string };

export interface Declaration {
  readonly service: string;
  readonly folder: string;
  readonly sandboxes: readonly SandboxDeclaration[];
  /** By name below `/dure/{stage}/{service}/`. One that is there already stays as it is. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/**
 * What a service declares beside its serverless.yml; nothing when it has no such file.
 * @throws Error that names the file and the field that is wrong
 */
export function readDeclaration(service: string, folder: string): Declaration {
  const file = join(folder, DECLARATION);
  if (!existsSync(file)) return { service, folder, sandboxes: [], parameters: {} };
  try {
    const fields = fieldsOf(parse(readFileSync(file, 'utf8')) ?? {}, 'The file', ['sandboxes', 'parameters']);
    const sandboxes = Object.entries((fields['sandboxes'] ?? {}) as object);
    const parameters = Object.entries((fields['parameters'] ?? {}) as object);
    return {
      service,
      folder,
      sandboxes: sandboxes.map(([name, value]) => parseSandbox(name, value)),
      parameters: Object.fromEntries(parameters.map(([name, value]) => [name, parseParameter(name, value)])),
    };
  } catch (error) {
    throw new Error(`services/${service}/${DECLARATION}: ${(error as Error).message}`, { cause: error });
  }
}

/** The declarations of all services of a workspace. */
export function readDeclarations(root: string): Declaration[] {
  const services = join(root, 'services');
  if (!existsSync(services)) return [];
  return readdirSync(services)
    .filter((name) => existsSync(join(services, name, DECLARATION)))
    .map((name) => readDeclaration(name, join(services, name)));
}

function parseSandbox(name: string, value: unknown): SandboxDeclaration {
  const path = `sandboxes.${name}`;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new Error(`${path}: a sandbox’s name has lower-case letters, digits and hyphens.`);
  }
  const fields = fieldsOf(value, path, ['module', 'urlParameter', 'webhook']);
  const { webhook } = fields;
  return {
    name,
    module: text(fields['module'], `${path}.module`),
    urlParameter: text(fields['urlParameter'], `${path}.urlParameter`),
    ...(webhook !== undefined && { webhook: parseWebhook(webhook, `${path}.webhook`) }),
  };
}

function parseWebhook(value: unknown, path: string): WebhookDeclaration {
  const fields = fieldsOf(value, path, ['path', 'secretParameter', 'registerAt']);
  return {
    path: text(fields['path'], `${path}.path`),
    secretParameter: text(fields['secretParameter'], `${path}.secretParameter`),
    registerAt: text(fields['registerAt'], `${path}.registerAt`),
  };
}

function parseParameter(name: string, value: unknown): ParameterValue {
  const path = `parameters.${name}`;
  if (typeof value !== 'object') return text(value, path);
  const fields = fieldsOf(value, path, ['random', 'prefix']);
  oneOf(String(fields['random']), `${path}.random`, ['true']);
  return { randomAfter: fields['prefix'] === undefined ? '' : text(fields['prefix'], `${path}.prefix`) };
}
