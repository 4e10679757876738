import type { Template } from './template.ts';

/** The ARN of the policy that bounds every role, where whoever deploys may make no others: the pipeline. */
export const BOUNDARY = 'DURE_PERMISSIONS_BOUNDARY';

/**
 * Puts every role of a template within the permissions boundary that the environment names, if it names one.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundRoles({ Resources }: Template, boundary = process.env[BOUNDARY]): void {
  if (boundary === undefined || boundary === '') return;
  for (const [id, role] of Object.entries(Resources)) {
    if (role.Type !== 'AWS::IAM::Role') continue;
    Resources[id] = { ...role, Properties: { PermissionsBoundary: boundary, ...role.Properties } };
  }
}
