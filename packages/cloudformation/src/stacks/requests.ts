import type { StackInput, Stack, Tag } from './model.ts';
import { invalid } from '../template.ts';

export type Input = Readonly<Record<string, unknown>>;

/** Reads an object of a bucket of this account. @throws when there is none */
export type ReadObject = (bucket: string, key: string) => Promise<Buffer>;

export function required(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** An empty list comes as an empty string. */
function listOf<Item>(input: Input, name: string): Item[] | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? (value as Item[]) : [];
}

const optional = (input: Input, name: string): string | undefined => input[name] as string | undefined;

/** What a CreateStack, UpdateStack or CreateChangeSet request says the stack should become. */
export async function readStackInput(input: Input, before: Stack | undefined, read: ReadObject): Promise<StackInput> {
  const roleArn = optional(input, 'RoleARN') ?? before?.roleArn;
  return {
    templateBody: await readTemplate(input, before, read),
    parameters: readParameters(input, before),
    tags: listOf<Tag>(input, 'Tags') ?? before?.tags ?? [],
    capabilities: listOf<string>(input, 'Capabilities') ?? [],
    notificationArns: listOf<string>(input, 'NotificationARNs') ?? before?.notificationArns ?? [],
    ...(roleArn !== undefined && { roleArn }),
  };
}

/** The template's text: given, from a bucket, or the one that the stack has. */
export async function readTemplate(input: Input, before: Stack | undefined, read: ReadObject): Promise<string> {
  const body = optional(input, 'TemplateBody');
  if (body !== undefined) return body;
  const url = optional(input, 'TemplateURL');
  if (url !== undefined) {
    const { bucket, key } = objectOf(url);
    return (await read(bucket, key).catch((error: unknown) => refuseObject(url, error))).toString('utf8');
  }
  if (input['UsePreviousTemplate'] === 'true' && before !== undefined) return before.templateBody;
  throw invalid('Either Template URL or Template Body must be specified.');
}

function refuseObject(url: string, error: unknown): never {
  throw invalid(`S3 error: ${error instanceof Error ? error.message : String(error)} (${url})`);
}

/** Both addresses of an object: the bucket in the path, or before the host. */
function objectOf(url: string): { bucket: string; key: string } {
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const virtual = /^(.+)\.s3[.-][^/]*amazonaws\.com(\.cn)?$/.exec(hostname)?.[1];
  if (virtual !== undefined) return { bucket: virtual, key: path };
  const slash = path.indexOf('/');
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

interface ParameterInput {
  readonly ParameterKey: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: string;
}

function readParameters(input: Input, before: Stack | undefined): Record<string, string> {
  const given = listOf<ParameterInput>(input, 'Parameters') ?? [];
  const entries = given.map(({ ParameterKey: key, ParameterValue: value = '', UsePreviousValue: previous }) => {
    if (previous !== 'true') return [key, value] as const;
    const former = before?.parameters[key];
    if (former !== undefined) return [key, former] as const;
    throw invalid(
      `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
    );
  });
  return Object.fromEntries(entries);
}
