import { GetOverride } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { showOverride } from '../application/overrides.ts';
import { overrides } from '../composition.ts';
import { overrideView } from './override-view.ts';

export const getOverrideHandler = http(GetOverride, {
  run: ({ params }, call) => showOverride(overrides, params.id.toLowerCase(), call.time),
  answer: (override) =>
    override === undefined ? problem('override-not-found') : reply(200, overrideView(override), { etag: override.id }),
});
