import { knownProperties, optionalText, type ResourceType } from '../cloudformation/index.ts';
import { enforcedPolicies } from './enforced-policies.ts';
import type { Iam } from './index.ts';

export function iamResourceTypes(iam: Iam): Record<string, ResourceType> {
  return { 'AWS::IAM::Role': roleType(iam) };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
function roleType(iam: Iam): ResourceType {
  const { check } = knownProperties(
    'AWS::IAM::Role',
    ['Path', 'Policies', 'RoleName'],
    [
      'AssumeRolePolicyDocument',
      'Description',
      'ManagedPolicyArns',
      'MaxSessionDuration',
      'PermissionsBoundary',
      'Tags',
    ],
  );
  return {
    nameProperty: 'RoleName',
    check,
    replacedBy: ['Path'],
    enforced: ({ RoleName, Path, Policies, ...others }) => {
      check(others);
      const named = { ...(RoleName !== undefined && { RoleName }), ...(Path !== undefined && { Path }) };
      return { ...named, Policies: enforcedPolicies(Policies) };
    },
    create: async ({ name, properties }) => ({
      ref: name,
      attributes: { Arn: iam.putRole(name, properties['Policies'], optionalText(properties, 'Path')) },
    }),
    remove: async ({ physicalId, properties }) => iam.removeRole(physicalId, optionalText(properties, 'Path')),
  };
}
