import { EndOverride } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { endOverride } from '../application/overrides.ts';
import { overrides } from '../composition.ts';

export const endOverrideHandler = http(EndOverride, {
  run: ({ params }, call) => endOverride(overrides, call, params.id.toLowerCase()),
  answer: (ended) => (ended ? reply(204, undefined) : problem('override-not-found')),
});
