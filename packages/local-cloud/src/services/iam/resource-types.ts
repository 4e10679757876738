import { knownProperties, type ResourceType } from '../cloudformation/index.ts';
import { enforcedPolicies } from './enforced-policies.ts';
import type { Iam } from './index.ts';

export function iamResourceTypes(iam: Iam): Record<string, ResourceType> {
  return { 'AWS::IAM::Role': roleType(iam) };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
function roleType(iam: Iam): ResourceType {
  const { check } = knownProperties(
    'AWS::IAM::Role',
    ['Policies', 'RoleName'],
    [
      'AssumeRolePolicyDocument',
      'Description',
      'ManagedPolicyArns',
      'MaxSessionDuration',
      'Path',
      'PermissionsBoundary',
      'Tags',
    ],
  );
  return {
    nameProperty: 'RoleName',
    check,
    enforced: ({ RoleName, Policies, ...others }) => {
      check(others);
      return { ...(RoleName !== undefined && { RoleName }), Policies: enforcedPolicies(Policies) };
    },
    create: async ({ name, properties }) => ({
      ref: name,
      attributes: { Arn: iam.putRole(name, properties['Policies']) },
    }),
    remove: async ({ physicalId }) => iam.removeRole(physicalId),
  };
}
