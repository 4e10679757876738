import { http, reply } from '@dure/contracts/binding/http';
import { IssueProgressToken } from '@dure/contracts/notifications';
import { issueProgressToken as issue, tokenOf } from '../application/issue-progress-token.ts';
import { issuing } from '../composition.ts';

const using = issuing();

export const issueProgressToken = http(IssueProgressToken, {
  run: ({ params }, call) => issue(using, params.orderId, call),
  recall: ({ at }, { params }) => tokenOf(using, params.orderId, at),
  answer: ({ token, expiresAt, url }, { params }) =>
    reply(201, { ...params, token, expiresAt, _links: { progress: { href: url } } }),
});
