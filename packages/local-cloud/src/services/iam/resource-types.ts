import { enforcedPolicies } from './index.ts';
import { type ResourceType, text } from '../cloudformation/resource-type.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export const role: ResourceType = {
  supported: ['Policies', 'RoleName'],
  accepted: [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'PermissionsBoundary',
    'Tags',
  ],
  narrow: ({ Policies: policies, ...rest }) => ({ ...rest, Policies: enforcedPolicies(policies) }),
  async create(request, { iam }) {
    const name = text(request, 'RoleName') ?? request.defaultName;
    return { ref: name, attributes: { Arn: iam.putRole(name, request.properties['Policies']) } };
  },
  async remove(ref, { iam }) {
    iam.removeRole(ref);
  },
};
