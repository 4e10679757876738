import { ACCEPTED_TYPES, acceptedResource } from './inert-resource-types.ts';
import type { ResourceHandler } from './resource-handler.ts';

/** The property that names a resource which is kept and shown, but has no effect here. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::CompositeAlarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::CodeDeploy::Application': 'ApplicationName',
  'AWS::CodeDeploy::DeploymentGroup': 'DeploymentGroupName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
};

/** Types that templates use and that only AWS puts into effect, besides those that `npm start` accepts too. */
const CODE_DEPLOY = ['AWS::CodeDeploy::Application', 'AWS::CodeDeploy::DeploymentGroup'];

/** Handlers of the types without effect: their properties stay in the stack, to be described. */
export function keptTypes(cloud: { region: string; accountId: string }): Map<string, ResourceHandler> {
  const handlers = new Map<string, ResourceHandler>();
  for (const type of [...Object.keys(ACCEPTED_TYPES), ...CODE_DEPLOY]) {
    const nameProperty = NAMES[type];
    handlers.set(type, {
      ...(nameProperty !== undefined && { nameProperty }),
      replacedBy: [],
      check() {
        // Every property is kept.
      },
      async create({ defaultName }) {
        if (type in ACCEPTED_TYPES) return acceptedResource(type, defaultName, cloud);
        return { ref: defaultName, attributes: {} };
      },
      async remove() {
        // The stack forgets it.
      },
    });
  }
  return handlers;
}
