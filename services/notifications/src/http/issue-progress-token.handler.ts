import { http, reply } from '@dure/contracts/binding/http';
import { IssueProgressToken } from '@dure/contracts/notifications';
import { issueProgressToken, tokenOf } from '../application/issue-progress-token.ts';
import { tokenDependencies } from '../composition.ts';

const using = tokenDependencies();

export const issueProgressTokenHandler = http(IssueProgressToken, {
  run: ({ params }, call) => issueProgressToken(using, params.orderId, call),
  recall: ({ at }, { params }) => tokenOf(using, params.orderId, at),
  answer: ({ token, expiresAt, url }, { params }) =>
    reply(201, { ...params, token, expiresAt, _links: { progress: { href: url } } }),
});
