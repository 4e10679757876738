import type { Template } from './template.ts';

/** The ARN of the policy that bounds every role. The pipeline may create only bounded roles. */
export const BOUNDARY = 'DURE_PERMISSIONS_BOUNDARY';

/**
 * Sets the permissions boundary from the environment, if there is one, on every role of a template.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundRoles({ Resources }: Template, boundary = process.env[BOUNDARY]): void {
  if (boundary === undefined || boundary === '') return;
  for (const [id, role] of Object.entries(Resources)) {
    if (role.Type !== 'AWS::IAM::Role') continue;
    Resources[id] = { ...role, Properties: { PermissionsBoundary: boundary, ...role.Properties } };
  }
}
