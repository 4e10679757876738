import { AwsError } from '@dure/aws-protocols/aws-error';
import type { ResourceTypes } from './resource-type.ts';
import { readTemplateText } from './template-text.ts';

/** A resource of a CloudFormation template, before its intrinsic functions are resolved. */
export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Record<string, unknown>;
}

export type Resources = Record<string, Resource>;

export interface Template {
  readonly Description?: string;
  Resources: Resources;
  Outputs?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Parameters?: Record<string, unknown>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
];

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/**
 * Reads and checks a template as CloudFormation does before it does anything.
 * @throws AwsError `ValidationError` that says what is wrong
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function parseTemplate(body: string, knownTypes: ResourceTypes): Template {
  const template = readTemplateText(body) as Template;
  const section = Object.keys(template).find((name) => !SECTIONS.includes(name));
  if (section !== undefined) throw invalid(`Invalid template property or properties [${section}]`);
  const resources = Object.entries(template.Resources ?? {});
  const malformed = resources.find(([, resource]) => typeof resource?.Type !== 'string');
  if (malformed !== undefined) {
    throw invalid(`Template format error: [/Resources/${malformed[0]}] resource definition is malformed`);
  }
  if (resources.length === 0) throw invalid('Template format error: At least one Resources member must be defined.');
  const unknown = resources.map(([, { Type }]) => Type).filter((type) => !knownTypes.has(type));
  if (unknown.length > 0) {
    throw invalid(`Template format error: Unrecognized resource types: [${[...new Set(unknown)].join(', ')}]`);
  }
  requireReferences(template);
  for (const { Type: type, Properties: properties } of Object.values(template.Resources)) {
    const secure = secureReferences(properties ?? {}, `${type}/Properties`);
    if (secure.length > 0) throw invalid(refusalOfSecure(secure));
  }
  dependencyOrder(template);
  return template;
}

/** The places of `{{resolve:ssm-secure:…}}`: CloudFormation takes it in properties of types only that are not here. */
export function secureReferences(value: unknown, path: string): string[] {
  if (typeof value === 'string') return value.includes('{{resolve:ssm-secure:') ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => secureReferences(item, path));
  return Object.entries(value).flatMap(([key, inner]) =>
    secureReferences(inner, key.startsWith('Fn::') ? path : `${path}/${key}`),
  );
}

export const refusalOfSecure = (places: readonly string[]): string =>
  `SSM Secure reference is not supported in: [${places.join(', ')}]`;

function requireReferences(template: Template): void {
  const known = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]);
  const missing = new Set<string>();
  for (const block of [template.Resources, template.Outputs ?? {}]) {
    for (const name of referencesIn(block)) if (!known.has(name) && !name.startsWith('AWS::')) missing.add(name);
  }
  if (missing.size === 0) return;
  const names = [...missing].join(', ');
  throw invalid(
    `Template format error: Unresolved resource dependencies [${names}] in the Resources block of the template`,
  );
}

/** The logical ids that a value refers to, and those that it must wait for. */
export function referencesIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const item of value) referencesIn(item, found);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'Ref' && typeof inner === 'string') found.add(inner);
    else if (key === 'Fn::GetAtt') found.add(String(Array.isArray(inner) ? inner[0] : inner).split('.')[0] ?? '');
    else if (key === 'Fn::Sub') subReferences(inner, found);
    else if (key === 'DependsOn') for (const id of [inner].flat()) found.add(String(id));
    else referencesIn(inner, found);
  }
  return found;
}

function subReferences(argument: unknown, found: Set<string>): void {
  const [text, variables = {}] = Array.isArray(argument) ? argument : [argument];
  referencesIn(variables, found);
  for (const [, name = ''] of String(text).matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const id = name.trim().split('.')[0] ?? '';
    if (!Object.hasOwn(variables as object, name.trim())) found.add(id);
  }
}

/**
 * The resources in an order in which each follows what it refers to; otherwise as in the template.
 * @throws AwsError `ValidationError` for a circle
 */
export function dependencyOrder({ Resources: resources }: Template): string[] {
  const ordered: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string, path: readonly string[]): void => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'open') {
      throw invalid(`Circular dependency between resources: [${path.slice(path.indexOf(id)).join(', ')}]`);
    }
    state.set(id, 'open');
    for (const next of referencesIn(resources[id])) if (next in resources) visit(next, [...path, id]);
    state.set(id, 'done');
    ordered.push(id);
  };
  for (const id of Object.keys(resources)) visit(id, []);
  return ordered;
}

const SSM_REFERENCE = /\{\{resolve:ssm:([^}]+)\}\}/g;

/** Names of the SSM parameters that the template reads as `{{resolve:ssm:…}}`, without those put together by Fn::Sub. */
export function ssmReferences(templateBody: string): string[] {
  const names = [...templateBody.matchAll(SSM_REFERENCE)].map(([, name = '']) => name);
  return [...new Set(names.filter((name) => !name.includes('${')))];
}
