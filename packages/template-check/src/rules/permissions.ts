import { actionsOf, identityStatements, isAllow, resourceStatements, trustStatements } from '../policies.ts';
import type { PolicyStatement } from '../policies.ts';
import { targetOf, textOf } from '../references.ts';
import type { Rule, Subject, Violation } from '../rule.ts';
import { list, ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';

const POLICY_ELEMENTS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html';
const LEAST_PRIVILEGE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege';

const OBJECT_ACTIONS = new Set(
  ['GetObject', 'GetObjectVersion', 'PutObject', 'DeleteObject', 'AbortMultipartUpload'].map((name) => `s3:${name}`),
);

/** What a function may do: every rule of the roles. */
export const permissionRules: readonly Rule[] = [
  {
    id: 'iam-wildcard-resource',
    title: 'Permissions name their resources',
    why: 'A role with a wildcard reaches what other services own, now and later.',
    source: LEAST_PRIVILEGE,
    *check(subject) {
      for (const policy of identityStatements(subject.template).filter(isAllow)) {
        for (const [index, resource] of list(policy.statement['Resource']).entries()) {
          const arn = textOf(subject.template, resource);
          if (!/[*?]/.test(arn) || isListed(subject, policy, arn)) continue;
          if (isInOwnBucket(subject.template, policy, arn)) continue;
          const actions = actionsOf(policy).join(', ');
          yield violation(
            policy,
            `Resource[${index}]`,
            `Name the resource of ${actions} instead of "${arn}", or list it with its reason in wildcards.ts of the plugin.`,
          );
        }
      }
    },
  },
  {
    id: 'iam-wildcard-action',
    title: 'Permissions name their actions',
    why: 'A wildcard takes in every action that AWS adds later.',
    source: LEAST_PRIVILEGE,
    *check({ template }) {
      for (const policy of [...identityStatements(template), ...resourceStatements(template)].filter(isAllow)) {
        for (const action of actionsOf(policy).filter((name) => /[*?]/.test(name))) {
          yield violation(policy, 'Action', `Name the actions instead of "${action}".`);
        }
      }
    },
  },
  {
    id: 'iam-not',
    title: 'No NotAction, NotResource or NotPrincipal',
    why: 'They allow everything except what is named, including actions that AWS adds later.',
    source: POLICY_ELEMENTS,
    *check({ template }) {
      const all = [...identityStatements(template), ...resourceStatements(template), ...trustStatements(template)];
      for (const policy of all) {
        for (const key of ['NotAction', 'NotResource', 'NotPrincipal'].filter((name) => name in policy.statement)) {
          yield violation(policy, key, `Say what is allowed by ${key.slice(3)}, not what is left out.`);
        }
      }
    },
  },
  {
    id: 'iam-shared-role',
    title: 'A role per function',
    why: 'Functions that share a role have each other’s permissions.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
    *check({ template }) {
      const users = new Map<string, string>();
      for (const { id, properties } of ofType(template, 'AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine')) {
        const property = 'Role' in properties ? 'Role' : 'RoleArn';
        const role = targetOf(template, properties[property]);
        const other = role === undefined ? 'something outside of the template' : users.get(role);
        if (other !== undefined) {
          yield { resource: id, path: `Properties.${property}`, right: `Its own role; ${other} uses this one.` };
        }
        if (role !== undefined) users.set(role, id);
      }
    },
  },
  {
    id: 'iam-managed-policy',
    title: 'No managed policies',
    why: 'A managed policy changes without a release, and most have wildcards.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::IAM::Role')) {
        for (const [index, arn] of list(properties['ManagedPolicyArns']).entries()) {
          const right = `Write the statements of "${textOf(template, arn)}" that are needed into the role.`;
          yield { resource: id, path: `Properties.ManagedPolicyArns[${index}]`, right };
        }
      }
    },
  },
  {
    id: 'iam-own-table',
    title: 'A service reads and writes its own tables alone',
    why: 'Data has one owner; another service’s table is reached by its contracts.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html',
    *check({ template }) {
      for (const policy of identityStatements(template).filter(isAllow)) {
        if (!actionsOf(policy).some((action) => action.startsWith('dynamodb:'))) continue;
        for (const [index, resource] of list(policy.statement['Resource']).entries()) {
          const table = targetOf(template, resource);
          if (table !== undefined && template.Resources[table]?.Type === 'AWS::DynamoDB::Table') continue;
          yield violation(
            policy,
            `Resource[${index}]`,
            'The ARN of a table of this template, its stream or its indexes.',
          );
        }
      }
    },
  },
  {
    id: 'iam-bus',
    title: 'Events go to the stage’s bus, named by its ARN',
    why: 'events:PutEvents on any other bus reaches another stage’s services.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html',
    *check({ template, stage }) {
      const shared = `{{resolve:ssm:/dure/${stage}/bus/arn}}`;
      for (const policy of identityStatements(template).filter(isAllow)) {
        if (!actionsOf(policy).includes('events:PutEvents')) continue;
        for (const [index, resource] of list(policy.statement['Resource']).entries()) {
          const own = targetOf(template, resource);
          if (resource === shared || (own && template.Resources[own]?.Type === 'AWS::Events::EventBus')) continue;
          yield violation(policy, `Resource[${index}]`, `${shared}, or the ARN of the template's own bus.`);
        }
      }
    },
  },
];

/** Who may come in: the rules of trust and resource policies. */
export const trustRules: readonly Rule[] = [
  {
    id: 'trust-service',
    title: 'Roles trust AWS services alone',
    why: 'A role that an account or everyone may take on is a way in.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
    *check({ template }) {
      for (const policy of trustStatements(template).filter(isAllow)) {
        if (trustsServices(policy.statement['Principal'])) continue;
        yield violation(policy, 'Principal', 'Principal: { Service: <service>.amazonaws.com }.');
      }
    },
  },
  {
    id: 'resource-policy-source',
    title: 'A service that may use a resource says for whom',
    why: 'Without a source condition, anybody’s rule or topic may reach it through that service (the confused deputy).',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
    *check({ template }) {
      for (const policy of resourceStatements(template).filter(isAllow)) {
        if (isForCallers(policy)) continue;
        const condition = JSON.stringify(policy.statement['Condition'] ?? {});
        if (/aws:Source(Arn|Account|OrgID)/i.test(condition)) continue;
        yield violation(policy, 'Condition', 'A condition on aws:SourceArn or aws:SourceAccount.');
      }
      for (const { id, properties } of ofType(template, 'AWS::Lambda::Permission')) {
        if ('SourceArn' in properties || 'SourceAccount' in properties) continue;
        yield { resource: id, path: 'Properties.SourceArn', right: 'The SourceArn of what may invoke the function.' };
      }
    },
  },
];

/** An API's policy is about its callers, who are known by IP address and not by a source. */
function isForCallers({ entry }: PolicyStatement): boolean {
  return entry.resource.Type === 'AWS::ApiGateway::RestApi';
}

function trustsServices(principal: Json | undefined): boolean {
  if (principal === null || typeof principal !== 'object' || Array.isArray(principal)) return false;
  const { Service: services, ...others } = principal as { readonly [key: string]: Json };
  const names = list(services);
  const allServices = names.every((name) => typeof name === 'string' && name.endsWith('.amazonaws.com'));
  return names.length > 0 && allServices && Object.keys(others).length === 0;
}

function isListed({ service, facts }: Subject, policy: PolicyStatement, arn: string): boolean {
  const listed = facts.wildcards.filter(
    ({ resource, services }) => resource.test(arn) && (services === undefined || services.includes(service)),
  );
  return actionsOf(policy).every((action) => listed.some((wildcard) => wildcard.actions.includes(action)));
}

/** Objects get their keys when they are written: a prefix of a bucket of the same template says enough. */
function isInOwnBucket(template: Template, policy: PolicyStatement, arn: string): boolean {
  const [, bucket] = /^arn:(?:aws|\$\{AWS::Partition\}):s3:::([^/*?]+)\/[^?]*$/.exec(arn) ?? [];
  const [, id] = /^\$\{(\w+)\.Arn\}\/[^?]*$/.exec(arn) ?? [];
  const isOwn = ofType(template, 'AWS::S3::Bucket').some(
    (own) => own.id === id || (bucket !== undefined && own.properties['BucketName'] === bucket),
  );
  return isOwn && actionsOf(policy).every((action) => OBJECT_ACTIONS.has(action));
}

function violation({ entry, path }: PolicyStatement, key: string, right: string): Violation {
  return { resource: entry.id, path: `${path}.${key}`, right };
}
