import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { secret } from '../marks.ts';

export const IssueGuestToken = endpoint('identity', {
  name: 'IssueGuestToken',
  method: 'POST',
  path: '/guest-tokens',
  version: 1,
  access: 'public',
  summary: 'Gives a guest an access token for a customer id of its own, for ordering without an account',
  responses: {
    201: {
      description: 'The token, which is valid for a day; who loses it loses sight of the order',
      body: z.strictObject({
        accessToken: secret(z.string()),
        tokenType: z.literal('Bearer'),
        /** In seconds. */
        expiresIn: z.int(),
        /** Orders of this guest have it as the customer's id. */
        customerId: z.string(),
        scope: z.string(),
      }),
    },
  },
  example: {
    response: {
      accessToken: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJndWVzdC0wMTg5MGE1ZCJ9.c2lnbmF0dXJl',
      tokenType: 'Bearer',
      expiresIn: 86400,
      customerId: 'guest-01890a5d-ac96-774b-bcce-b302099a8057',
      scope: 'orders:read orders:place',
    },
  },
});
