import { textOf } from '../references.ts';
import type { Rule, Subject } from '../rule.ts';
import { at, list, ofType } from '../template.ts';
import type { Json } from '../template.ts';
import { widgetsOf } from './alarms.ts';

const CLOUDFORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';
const DASHBOARD = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const EVENTBRIDGE = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const EDGE =
  'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html';
const MB = 1024 * 1024;

/** Something that is measured, and how much of it AWS takes. */
interface Size {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly limit: number;
  readonly unit: string;
  readonly measure: (subject: Subject) => readonly Measurement[];
}

interface Measurement {
  readonly resource: string;
  readonly path: string;
  readonly size: number;
}

const whole = (path: string, size: number): Measurement[] => [{ resource: 'Template', path, size }];
const count = (value: object | undefined) => Object.keys(value ?? {}).length;
const bytes = (value: unknown) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

const sizes: readonly Size[] = [
  {
    ...{ id: 'template-size', title: 'A template has 1 MB at most', source: CLOUDFORMATION },
    ...{ limit: MB, unit: 'bytes' },
    // Indented by two, as it is uploaded.
    measure: ({ template }) => whole('', bytes(JSON.stringify(template, null, 2))),
  },
  {
    ...{ id: 'template-resources', title: 'A template has 500 resources at most', source: CLOUDFORMATION },
    ...{ limit: 500, unit: 'resources' },
    measure: ({ template }) => whole('Resources', count(template.Resources)),
  },
  {
    ...{ id: 'template-outputs', title: 'A template has 200 outputs at most', source: CLOUDFORMATION },
    ...{ limit: 200, unit: 'outputs' },
    measure: ({ template }) => whole('Outputs', count(template.Outputs)),
  },
  {
    ...{ id: 'template-parameters', title: 'A template has 200 parameters at most', source: CLOUDFORMATION },
    ...{ limit: 200, unit: 'parameters' },
    measure: ({ template }) => whole('Parameters', count(template.Parameters)),
  },
  {
    ...{ id: 'template-mappings', title: 'A template has 200 mappings at most', source: CLOUDFORMATION },
    ...{ limit: 200, unit: 'mappings' },
    measure: ({ template }) => whole('Mappings', count(template.Mappings)),
  },
  {
    ...{ id: 'template-dynamic-references', title: 'A template has 60 dynamic references at most' },
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html',
    ...{ limit: 60, unit: 'references' },
    measure: ({ template }) =>
      whole('Resources', [...JSON.stringify(template.Resources).matchAll(/\{\{resolve:/g)].length),
  },
  {
    ...{ id: 'archive-size', title: 'A function’s archive has 50 MB at most', source: LAMBDA },
    ...{ limit: 50 * MB, unit: 'bytes' },
    measure: ({ facts }) =>
      facts.archives.map((it) => ({ resource: it.functionName, path: 'Properties.Code', size: it.zipped })),
  },
  {
    ...{ id: 'archive-unzipped-size', title: 'A function’s archive has 250 MB at most, unzipped', source: LAMBDA },
    ...{ limit: 250 * MB, unit: 'bytes' },
    measure: ({ facts }) =>
      facts.archives.map((it) => ({ resource: it.functionName, path: 'Properties.Code', size: it.unzipped })),
  },
  {
    ...{ id: 'environment-size', title: 'A function’s environment has 4 KB at most', source: LAMBDA },
    ...{ limit: 4096, unit: 'bytes' },
    measure: (subject) =>
      measured(subject, 'AWS::Lambda::Function', ['Environment', 'Variables'], (variables) =>
        Object.entries(variables as object)
          .map(([name, value]) => bytes(name) + bytes(textOf(subject.template, value as Json)))
          .reduce((sum, size) => sum + size, 0),
      ),
  },
  {
    ...{ id: 'role-policy-size', title: 'A role’s inline policies have 10,240 characters at most' },
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    ...{ limit: 10_240, unit: 'characters' },
    measure: (subject) =>
      measured(subject, 'AWS::IAM::Role', ['Policies'], (policies) => policyCharacters(subject, policies)),
  },
  {
    ...{ id: 'dashboard-widgets', title: 'A dashboard has 500 widgets at most', source: DASHBOARD },
    ...{ limit: 500, unit: 'widgets' },
    measure: (subject) => dashboards(subject, (widgets) => widgets.length),
  },
  {
    ...{ id: 'dashboard-metrics', title: 'A dashboard has 2,500 metrics at most', source: DASHBOARD },
    ...{ limit: 2500, unit: 'metrics' },
    measure: (subject) => dashboards(subject, (widgets) => widgets.reduce<number>((sum, it) => sum + metricsOf(it), 0)),
  },
  {
    ...{ id: 'widget-metrics', title: 'A widget has 500 metrics at most', source: DASHBOARD },
    ...{ limit: 500, unit: 'metrics' },
    measure: (subject) => dashboards(subject, (widgets) => Math.max(0, ...widgets.map(metricsOf))),
  },
  {
    ...{ id: 'model-size', title: 'An API’s model has 400 kB at most', source: EDGE },
    ...{ limit: 400 * 1024, unit: 'bytes' },
    measure: (subject) => measured(subject, 'AWS::ApiGateway::Model', ['Schema'], bytes),
  },
  {
    ...{ id: 'api-resources', title: 'An API has 300 resources at most', source: EDGE },
    ...{ limit: 300, unit: 'resources' },
    measure: ({ template }) => whole('Resources', ofType(template, 'AWS::ApiGateway::Resource').length),
  },
  {
    ...{ id: 'state-machine-size', title: 'A state machine’s definition has 1 MB at most' },
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html',
    ...{ limit: MB, unit: 'bytes' },
    measure: (subject) => [
      ...measured(subject, 'AWS::StepFunctions::StateMachine', ['Definition'], bytes),
      ...measured(subject, 'AWS::StepFunctions::StateMachine', ['DefinitionString'], bytes),
    ],
  },
  {
    ...{ id: 'event-pattern-size', title: 'An event pattern has 2,048 characters at most', source: EVENTBRIDGE },
    ...{ limit: 2048, unit: 'characters' },
    measure: (subject) =>
      measured(subject, 'AWS::Events::Rule', ['EventPattern'], (pattern) => JSON.stringify(pattern).length),
  },
  {
    ...{ id: 'rule-targets', title: 'A rule has 5 targets at most', source: EVENTBRIDGE },
    ...{ limit: 5, unit: 'targets' },
    measure: (subject) => measured(subject, 'AWS::Events::Rule', ['Targets'], (targets) => list(targets).length),
  },
  {
    ...{ id: 'mapping-filters', title: 'An event source mapping has 5 filters at most' },
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html',
    ...{ limit: 5, unit: 'filters' },
    measure: (subject) =>
      measured(subject, 'AWS::Lambda::EventSourceMapping', ['FilterCriteria', 'Filters'], (it) => list(it).length),
  },
  {
    ...{ id: 'parameter-size', title: 'A standard SSM parameter has 4 KB at most' },
    source: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
    ...{ limit: 4096, unit: 'bytes' },
    measure: (subject) =>
      measured(subject, 'AWS::SSM::Parameter', ['Value'], (value) => bytes(textOf(subject.template, value))),
  },
];

export const sizeRules: readonly Rule[] = sizes.map(({ id, title, source, limit, unit, measure }) => ({
  ...{ id, title, source },
  why: 'CloudFormation finds out only during a deployment, and rolls it back.',
  *check(subject) {
    for (const { resource, path, size } of measure(subject)) {
      if (size > limit) yield { resource, path, right: `At most ${limit} ${unit}; it has ${size}.` };
    }
  },
}));

function measured({ template }: Subject, type: string, path: readonly string[], size: (value: Json) => number) {
  return ofType(template, type).flatMap(({ id, properties }) => {
    const value = at(properties, ...path);
    return value === undefined ? [] : [{ resource: id, path: `Properties.${path.join('.')}`, size: size(value) }];
  });
}

/** White space does not count. References count with their own text, which is about as long as an ARN. */
function policyCharacters({ template }: Subject, policies: Json): number {
  const resolve = (value: Json): Json => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return (value as readonly Json[]).map(resolve);
    const keys = Object.keys(value);
    if (keys.length === 1 && (keys[0] === 'Ref' || keys[0]?.startsWith('Fn::'))) return textOf(template, value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item as Json)]));
  };
  return list(policies)
    .map((policy) => JSON.stringify(resolve(at(policy, 'PolicyDocument') ?? {})).replaceAll(/\s/g, '').length)
    .reduce((sum, size) => sum + size, 0);
}

function dashboards({ template }: Subject, size: (widgets: unknown[]) => number): Measurement[] {
  return ofType(template, 'AWS::CloudWatch::Dashboard').map(({ id, properties }) => {
    const body = textOf(template, properties['DashboardBody']);
    return { resource: id, path: 'Properties.DashboardBody', size: size(widgetsOf(body)) };
  });
}

function metricsOf(widget: unknown): number {
  return list(at(widget as Json, 'properties', 'metrics')).length;
}
