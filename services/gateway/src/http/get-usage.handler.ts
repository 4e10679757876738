import { http, reply } from '@dure/contracts/binding/http';
import { GetUsage } from '@dure/contracts/gateway';
import { usageOf } from '../application/usage.ts';
import { usage, usualPlan } from '../composition.ts';
import { clientsOfCall } from './client.ts';

export const getUsageHandler = http(GetUsage, {
  run: (_, call) => usageOf(usage, usualPlan, clientsOfCall(call), Date.parse(call.time)),
  answer: (items) => reply(200, { items, _links: { self: { href: '/v1/usage' } } }),
});
