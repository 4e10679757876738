import { ReportTestFailure } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { releases, testFailures } from '../composition.ts';

export const reportTestFailureHandler = http(ReportTestFailure, {
  run: async ({ body }, call) => {
    const { provider, consumer } = body;
    if ((await releases.loadMany([provider, consumer])).size < 2) return false;
    await testFailures.report(call, body);
    return true;
  },
  answer: (done) => (done ? reply(204, undefined) : problem('release-not-found')),
});
