import { isAbout } from './policy.ts';

export const PUT_EVENTS = 'events:PutEvents';
export const INVOKE_API = 'execute-api:Invoke';

const ENFORCED = [PUT_EVENTS, INVOKE_API];

export interface Policy {
  readonly PolicyDocument?: { readonly Statement?: unknown };
}

/** The policies with no more than what has a say in what is put into effect here. */
export function enforcedPolicies(policies: unknown): Policy[] {
  return (Array.isArray(policies) ? (policies as Policy[]) : []).flatMap((policy) => {
    const statements = [policy.PolicyDocument?.Statement ?? []].flat() as unknown[];
    const own = statements.filter((statement) => ENFORCED.some((action) => isAbout(statement, action)));
    return own.length === 0 ? [] : [{ PolicyDocument: { Statement: own } }];
  });
}
