import { http, reply } from '@dure/contracts/binding/http';
import { IssueGuestToken } from '@dure/contracts/identity';
import { issueGuestToken } from '../application/issue-guest-token.ts';
import { tokenIssuer } from '../composition.ts';

export const issueGuestTokenHandler = http(IssueGuestToken, {
  run: (_request, call) => issueGuestToken(tokenIssuer, call),
  answer: (token) =>
    reply(201, { ...token, tokenType: 'Bearer' as const }, { headers: { 'cache-control': 'no-store' } }),
});
