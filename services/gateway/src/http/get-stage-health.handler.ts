import { http } from '@dure/contracts/binding/http';
import { GetStageHealth } from '@dure/contracts/gateway';
import { stageHealth } from '../application/stage-health.ts';
import { asking, urls } from '../composition.ts';
import { healthParts } from '../parts/health.ts';
import { viewReply } from './view-reply.ts';

const services = healthParts(urls);

export const getStageHealthHandler = http(GetStageHealth, {
  run: (_, call) => stageHealth(services, asking(call)),
  answer: ({ view, problems }) =>
    viewReply({ services: view, problems, _links: { self: { href: '/v1/stage-health' } } }),
});
