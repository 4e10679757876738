import { at, isObject, list, ofType } from './template.ts';
import type { Entry, Json, JsonObject, Template } from './template.ts';

/** A statement of an IAM policy, with its place. */
export interface PolicyStatement {
  readonly entry: Entry;
  /** From the resource on: `Properties.Policies[0].PolicyDocument.Statement[2]`. */
  readonly path: string;
  readonly statement: JsonObject;
}

/** Types that contain a policy document, by its property. */
const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::Logs::ResourcePolicy': 'PolicyDocument',
  'AWS::ApiGateway::RestApi': 'Policy',
};

const IDENTITY_POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'];

/** The statements of roles: inline policies and separate policy resources. */
export function identityStatements(template: Template): PolicyStatement[] {
  const inline = ofType(template, 'AWS::IAM::Role').flatMap((entry) =>
    list(entry.properties['Policies']).flatMap((policy, index) =>
      statements(entry, `Properties.Policies[${index}].PolicyDocument`, at(policy, 'PolicyDocument')),
    ),
  );
  const apart = ofType(template, ...IDENTITY_POLICIES).flatMap((entry) =>
    statements(entry, 'Properties.PolicyDocument', entry.properties['PolicyDocument']),
  );
  return [...inline, ...apart];
}

/** The statements of resource policies. */
export function resourceStatements(template: Template): PolicyStatement[] {
  return Object.entries(RESOURCE_POLICIES).flatMap(([type, property]) =>
    ofType(template, type).flatMap((entry) => statements(entry, `Properties.${property}`, entry.properties[property])),
  );
}

/** The trust policies of roles. */
export function trustStatements(template: Template): PolicyStatement[] {
  return ofType(template, 'AWS::IAM::Role').flatMap((entry) =>
    statements(entry, 'Properties.AssumeRolePolicyDocument', entry.properties['AssumeRolePolicyDocument']),
  );
}

export function actionsOf({ statement }: PolicyStatement): string[] {
  return list(statement['Action']).map(String);
}

export function isAllow({ statement }: PolicyStatement): boolean {
  return statement['Effect'] === 'Allow';
}

function statements(entry: Entry, path: string, document: Json | undefined): PolicyStatement[] {
  return list(at(document, 'Statement')).flatMap((statement, index) =>
    isObject(statement) ? [{ entry, path: `${path}.Statement[${index}]`, statement }] : [],
  );
}
