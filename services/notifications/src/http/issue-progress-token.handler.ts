import { reachOf } from '@dure/contracts/access';
import type { Call } from '@dure/contracts/binding/call';
import { http, reply } from '@dure/contracts/binding/http';
import { IssueProgressToken } from '@dure/contracts/notifications';
import { issueProgressToken, tokenOf } from '../application/issue-progress-token.ts';
import type { Following } from '../application/progress-token.ts';
import { tokenDependencies } from '../composition.ts';

const using = tokenDependencies();

/** Who may follow their own orders only gets a token that shows no other. */
function followed(orderId: string, { caller }: Call): Following {
  const isHeld = caller !== undefined && reachOf(IssueProgressToken.access, caller.scopes) === 'own';
  const { subject } = caller ?? {};
  return { orderId, subject, ...(isHeld && { customerId: subject }) };
}

export const issueProgressTokenHandler = http(IssueProgressToken, {
  run: ({ params }, call) => issueProgressToken(using, followed(params.orderId, call), call),
  recall: ({ at }, { params }, call) => tokenOf(using, followed(params.orderId, call), at),
  answer: ({ token, expiresAt, url }, { params }) =>
    reply(201, { ...params, token, expiresAt, _links: { progress: { href: url } } }),
});
