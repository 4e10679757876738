import { RecordUses } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { releases, stages } from '../composition.ts';
import { dayOf } from '../domain/release.ts';

export const recordUsesHandler = http(RecordUses, {
  run: async ({ params: { stage, service, label }, body }, call) => {
    if ((await releases.load(service, label)) === undefined) return false;
    const day = dayOf(call.time);
    await Promise.all(
      [...new Set(body.contracts)].map((contract) => stages.recordUse(stage, { contract, service, label, day })),
    );
    return true;
  },
  answer: (done) => (done ? reply(204, undefined) : problem('release-not-found')),
});
