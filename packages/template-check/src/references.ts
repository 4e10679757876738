import { at, isObject, walk } from './template.ts';
import type { Json, Template } from './template.ts';

/** What a value refers to: a logical id or pseudo parameter, and an attribute if it is an `Fn::GetAtt`. */
export interface Reference {
  readonly id: string;
  readonly attribute?: string;
  readonly path: string;
}

/** `${Name}` or `${Name.Attribute}` in an `Fn::Sub`; `${!Name}` is a literal. */
const SUBSTITUTION = /\$\{(?!!)([^}]+)\}/g;

/** Every reference inside a value: Ref, Fn::GetAtt and the names in Fn::Sub. */
export function referencesIn(value: Json): Reference[] {
  const found: Reference[] = [];
  walk(value, (inner, path) => {
    if (!isObject(inner) || Object.keys(inner).length !== 1) return;
    const [key = ''] = Object.keys(inner);
    const argument = inner[key]!;
    if (key === 'Ref' && typeof argument === 'string') found.push({ id: argument, path });
    else if (key === 'Fn::GetAtt') found.push(...attributeReference(argument, path));
    else if (key === 'Fn::Sub') found.push(...substitutions(argument, path));
  });
  return found;
}

function attributeReference(argument: Json, path: string): Reference[] {
  const [id, attribute] = typeof argument === 'string' ? splitAttribute(argument) : pair(argument);
  return id === undefined ? [] : [{ id, attribute: attribute ?? '', path }];
}

function pair(argument: Json): [string?, string?] {
  const [id, attribute] = [at(argument, 0), at(argument, 1)];
  return [typeof id === 'string' ? id : undefined, typeof attribute === 'string' ? attribute : undefined];
}

function splitAttribute(text: string): [string, string?] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}

function substitutions(argument: Json, path: string): Reference[] {
  const [pattern, own] = subParts(argument);
  return [...pattern.matchAll(SUBSTITUTION)]
    .map(([, name = '']) => splitAttribute(name))
    .filter(([id]) => !(id in own))
    .map(([id, attribute]) => (attribute === undefined ? { id, path } : { id, attribute, path }));
}

/** The text of an Fn::Sub and its variables. */
function subParts(argument: Json): [string, Readonly<Record<string, Json>>] {
  if (typeof argument === 'string') return [argument, {}];
  const [pattern, own] = [at(argument, 0), at(argument, 1)];
  return [typeof pattern === 'string' ? pattern : '', isObject(own) ? own : {}];
}

/** The first resource of the template that a value refers to: a queue's logical id for its ARN, URL or name. */
export function targetOf(template: Template, value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  return referencesIn(value).find(({ id }) => id in template.Resources)?.id;
}

/** Properties with the name that Ref returns (or the attribute with that name). */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Events::EventBus': 'Name',
  'AWS::ApiGateway::RestApi': 'Name',
  // Its value: a stack may read another stack's parameter once and pass it on in its own.
  'AWS::SSM::Parameter': 'Value',
};

/**
 * A value as text, as far as known: joined and substituted, with references replaced by names from the template. What
 * only AWS knows stays `${Id}` or `${Id.Attribute}`.
 */
export function textOf(template: Template, value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (!isObject(value)) return (value as readonly Json[]).map((item) => textOf(template, item)).join(',');
  if ('Ref' in value) return referenceText(template, String(value['Ref']));
  if ('Fn::GetAtt' in value) {
    const [reference] = attributeReference(value['Fn::GetAtt']!, '');
    return reference === undefined ? '' : referenceText(template, reference.id, reference.attribute);
  }
  if ('Fn::Sub' in value) {
    const [pattern, own] = subParts(value['Fn::Sub']!);
    return pattern.replace(SUBSTITUTION, (_, name: string) =>
      name in own ? textOf(template, own[name]) : referenceText(template, ...splitAttribute(name)),
    );
  }
  if ('Fn::Join' in value) return joined(template, value['Fn::Join']!);
  return `\${${Object.keys(value)[0] ?? ''}}`;
}

function joined(template: Template, argument: Json): string {
  const parts = at(argument, 1);
  if (!Array.isArray(parts)) return '';
  return (parts as readonly Json[]).map((part) => textOf(template, part)).join(String(at(argument, 0) ?? ''));
}

function referenceText(template: Template, id: string, attribute?: string): string {
  const resource = template.Resources[id];
  const property = resource && NAMES[resource.Type];
  const name = property && resource.Properties?.[property];
  const givesName = attribute === property || (attribute === undefined && !givesUrl(resource?.Type));
  if (name !== undefined && givesName) return textOf(template, name);
  return attribute === undefined ? `\${${id}}` : `\${${id}.${attribute}}`;
}

/** Types whose Ref is not their name. */
function givesUrl(type: string | undefined): boolean {
  return [
    'AWS::SQS::Queue',
    'AWS::SNS::Topic',
    'AWS::StepFunctions::StateMachine',
    'AWS::ApiGateway::RestApi',
    'AWS::SSM::Parameter',
  ].includes(type ?? '');
}
