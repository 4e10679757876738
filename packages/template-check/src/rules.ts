import type { Rule } from './rule.ts';
import { alarmRules } from './rules/alarms.ts';
import { canaryRules } from './rules/canary.ts';
import { coverageRules } from './rules/coverage.ts';
import { deadLetterRules } from './rules/dead-letters.ts';
import { failureRules } from './rules/failures.ts';
import { jobAlarmRules } from './rules/job-alarms.ts';
import { limitRules } from './rules/limits.ts';
import { logRules } from './rules/logs.ts';
import { methodRules } from './rules/methods.ts';
import { permissionRules, trustRules } from './rules/permissions.ts';
import { queueRules } from './rules/queues.ts';
import { referenceRules } from './rules/references.ts';
import { scheduleRules } from './rules/schedules.ts';
import { schemaRules } from './rules/schema.ts';
import { senderRules } from './rules/senders.ts';
import { sizeRules } from './rules/sizes.ts';
import { stageRules } from './rules/stage.ts';
import { storeRules } from './rules/stores.ts';

/** Every rule, in the order in which violations are reported. */
export const rules: readonly Rule[] = [
  ...schemaRules,
  ...referenceRules,
  ...limitRules,
  ...sizeRules,
  ...permissionRules,
  ...trustRules,
  ...senderRules,
  ...deadLetterRules,
  ...queueRules,
  ...failureRules,
  ...scheduleRules,
  ...storeRules,
  ...logRules,
  ...coverageRules,
  ...jobAlarmRules,
  ...alarmRules,
  ...stageRules,
  ...methodRules,
  ...canaryRules,
];
