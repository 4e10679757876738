import { RecordOverride } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { fieldError, invalidRequest, problem } from '@dure/contracts/problem';
import { recordOverride } from '../application/overrides.ts';
import { overrides } from '../composition.ts';
import { overrideView, pathOf } from './override-view.ts';

export const recordOverrideHandler = http(RecordOverride, {
  run: async ({ body }, call) => {
    const result = await recordOverride(overrides, call, body);
    if ('id' in result || 'rejected' in result) return result;
    throw invalidRequest([fieldError('body', ['until'], result.until)]);
  },
  answer: (result) =>
    'rejected' in result
      ? problem(result.rejected)
      : reply(201, overrideView(result), { etag: result.id, headers: { location: pathOf(result.id) } }),
});
