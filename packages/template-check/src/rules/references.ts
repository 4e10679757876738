import { referencesIn } from '../references.ts';
import type { Rule, Subject, Violation } from '../rule.ts';
import { list, walk } from '../template.ts';
import type { Json, Resource, Template } from '../template.ts';

const REF = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html';
const DYNAMIC_REFERENCE = /\{\{resolve:([^}]*)\}\}/g;
/** How this project names what belongs to a stage. */
const STAGED_NAME = /(?<![\w-])dure-[a-z0-9]+-|\/dure\/[a-z0-9-]+\//g;
const SSM = /^ssm:([\w./-]+)(?::\d+)?$/;
/** With the part of the secret that is asked for, or without. */
const SECRET = /^(secretsmanager:[\w./+=@-]+)(?::.*)?$/;

export const referenceRules: readonly Rule[] = [
  {
    id: 'reference-dangling',
    title: 'What is referred to is in the template',
    why: 'CloudFormation refuses the template.',
    source: REF,
    *check({ template }) {
      for (const { resource, path, value } of sections(template)) {
        for (const reference of referencesIn(value)) {
          if (exists(template, reference.id)) continue;
          const right = `A resource or parameter of the template; there is no "${reference.id}".`;
          yield { resource, path: `${path}${reference.path}`, right };
        }
      }
      for (const [id, resource] of Object.entries(template.Resources)) {
        for (const other of list(resource.DependsOn as Json | undefined)) {
          if (String(other) in template.Resources) continue;
          yield {
            resource: id,
            path: 'DependsOn',
            right: `A resource of the template; there is no "${String(other)}".`,
          };
        }
      }
    },
  },
  {
    id: 'reference-attribute',
    title: 'An attribute is one that the resource has',
    why: 'CloudFormation refuses the template.',
    source: REF,
    *check({ template, facts }) {
      for (const { resource, path, value } of sections(template)) {
        for (const { id, attribute, path: inner } of referencesIn(value)) {
          const type = template.Resources[id]?.Type;
          if (type === undefined || attribute === undefined) continue;
          const spec = facts.spec.resource(type);
          if (spec === undefined || attribute in spec.attributes) continue;
          const known = Object.keys(spec.attributes).join(', ');
          yield { resource, path: `${path}${inner}`, right: `One of ${known} of ${id}, not "${attribute}".` };
        }
      }
    },
  },
  {
    id: 'reference-cycle',
    title: 'Resources do not depend on one another in a circle',
    why: 'CloudFormation refuses the template: it finds no order to create them in.',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html',
    *check({ template }) {
      const circle = findCycle(template);
      if (circle === undefined) return;
      const right = `No circle: ${[...circle, circle[0]].join(' → ')}.`;
      yield { resource: circle[0] ?? 'Template', path: '', right };
    },
  },
  {
    id: 'parameter-published',
    title: 'Facts of other services are published in the stage',
    why: 'A missing parameter fails the deployment; a parameter of another stage mixes the two stages.',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html',
    *check(subject) {
      for (const [id, resource] of Object.entries(subject.template.Resources)) {
        yield* unpublished(subject, id, resource);
      }
    },
  },
  {
    id: 'own-stage',
    title: 'A template names nothing of another stage',
    why: 'What is tried out in one stage must not reach another.',
    source:
      'https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_multi_env.html',
    *check({ template, stage }) {
      for (const [id, resource] of Object.entries(template.Resources)) {
        const foreign = new Map<string, string>();
        walk(resource.Properties ?? {}, (value, path) => {
          const other = typeof value === 'string' ? otherStage(value, stage) : undefined;
          if (other !== undefined) foreign.set(`Properties${path}`, other);
        });
        for (const [path, other] of foreign) {
          yield { resource: id, path, right: `A name of the stage "${stage}", not of "${other}".` };
        }
      }
    },
  },
];

/** `dure-dev-` or `/dure/dev/` in a template of another stage. */
function otherStage(text: string, stage: string): string | undefined {
  const isOwn = (index: number) => [`dure-${stage}-`, `/dure/${stage}/`].some((own) => text.startsWith(own, index));
  return [...text.matchAll(STAGED_NAME)].find(({ index }) => !isOwn(index))?.[0];
}

function* unpublished({ facts }: Subject, id: string, resource: Resource): Iterable<Violation> {
  const found: { path: string; name: string }[] = [];
  walk(resource.Properties ?? {}, (value, path) => {
    if (typeof value !== 'string') return;
    for (const [, reference = ''] of value.matchAll(DYNAMIC_REFERENCE)) {
      found.push({
        path: `Properties${path}`,
        name: SSM.exec(reference)?.[1] ?? SECRET.exec(reference)?.[1] ?? reference,
      });
    }
  });
  for (const { path, name } of found) {
    if (facts.published.has(name)) continue;
    yield {
      resource: id,
      path,
      right: `A parameter or secret that a service of this stage makes; none makes "${name}".`,
    };
  }
}

/** Everything in a template that may refer to a resource. */
function sections(template: Template): { resource: string; path: string; value: Json }[] {
  const resources = Object.entries(template.Resources).flatMap(([id, { Properties, UpdatePolicy }]) => [
    { resource: id, path: 'Properties', value: Properties ?? {} },
    { resource: id, path: 'UpdatePolicy', value: UpdatePolicy ?? {} },
  ]);
  const outputs = Object.entries(template.Outputs ?? {}).map(([id, value]) => ({
    resource: id,
    path: 'Outputs',
    value,
  }));
  return [...resources, ...outputs];
}

function exists(template: Template, id: string): boolean {
  return id.startsWith('AWS::') || id in template.Resources || id in (template.Parameters ?? {});
}

/** Logical ids of a circle, each of which needs the next; undefined where there is none. */
function findCycle(template: Template): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(id)) return way.slice(way.indexOf(id));
    if (done.has(id)) return undefined;
    for (const next of needs(template, id)) {
      const circle = visit(next, [...way, id]);
      if (circle !== undefined) return circle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(template.Resources)) {
    const circle = visit(id, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function needs(template: Template, id: string): string[] {
  const { Properties = {}, UpdatePolicy = {}, DependsOn } = template.Resources[id]!;
  const referred = [...referencesIn(Properties), ...referencesIn(UpdatePolicy)].map((reference) => reference.id);
  const named = list(DependsOn as Json | undefined).map(String);
  return [...new Set([...referred, ...named])].filter((other) => other in template.Resources);
}
