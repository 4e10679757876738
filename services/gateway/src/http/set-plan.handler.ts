import { http, reply } from '@dure/contracts/binding/http';
import { SetPlan } from '@dure/contracts/gateway';
import { usage } from '../composition.ts';

export const setPlanHandler = http(SetPlan, {
  run: ({ params: { client }, body }) => usage.setPlan(client, body),
  answer: (_, { params: { client }, body }) =>
    reply(200, { client, ...body, _links: { usage: { href: '/v1/usage' } } }),
});
