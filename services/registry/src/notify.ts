import { on } from '@dure/contracts/binding/message';
import { outboxReader } from '@dure/contracts/binding/outbox-reader';
import { consumes } from '@dure/contracts/contract';
import {
  ContractDeprecated,
  DependantTestFailed,
  DeploymentRecorded,
  DriftFound,
  SunsetNear,
  SunsetPassed,
} from '@dure/contracts/registry';
import {
  notifyOfDeprecation,
  notifyOfDrift,
  notifyOfNewMajors,
  notifyOfPassedSunset,
  notifyOfSunset,
  notifyOfTestFailure,
  notifyOfUrgentFix,
} from './application/notify-owners.ts';
import { notifier } from './composition.ts';

const owners = notifier();

/** Tells owners what concerns them. A repetition has the same ids, and alerts delivers each once. */
export const handler = outboxReader('notify', [
  on(
    consumes(DeploymentRecorded, ['stage', 'service', 'label', 'state', 'replaced', 'urgent']),
    async ({ id, data }, call) => {
      if (data.stage !== owners.stage || data.state !== 'live') return;
      const urgent = data.urgent === true ? await notifyOfUrgentFix(owners, id, data) : 0;
      call.log.info('notified', { notices: urgent + (await notifyOfNewMajors(owners, id, data)) });
    },
  ),
  on(consumes(ContractDeprecated, ['contract', 'since', 'sunset', 'successor']), async ({ id, data }, call) => {
    call.log.info('notified', { notices: await notifyOfDeprecation(owners, id, data) });
  }),
  on(consumes(SunsetNear, ['contract', 'sunset', 'successor', 'days']), async ({ id, data }, call) => {
    call.log.info('notified', { notices: await notifyOfSunset(owners, id, data) });
  }),
  on(consumes(SunsetPassed, ['contract', 'sunset', 'successor']), async ({ id, data }, call) => {
    call.log.info('notified', { notices: await notifyOfPassedSunset(owners, id, data) });
  }),
  on(
    consumes(DependantTestFailed, ['stage', 'contract', 'provider', 'consumer', 'what']),
    async ({ id, data }, call) => {
      if (data.stage !== owners.stage) return;
      call.log.info('notified', { notices: await notifyOfTestFailure(owners, id, data) });
    },
  ),
  on(consumes(DriftFound, ['stage', 'service']), async ({ id, data }, call) => {
    if (data.stage !== owners.stage) return;
    call.log.info('notified', { notices: await notifyOfDrift(owners, id, data.service) });
  }),
]);
