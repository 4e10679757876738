import { scheduled } from '@dure/contracts/binding/scheduled';
import { collectDeadLetters } from './application/collect-dead-letters.ts';
import { openAllQueues } from './composition-queues.ts';
import { deadLetterDays, deadLetters, stage } from './composition.ts';

const open = openAllQueues();
const days = deadLetterDays();

export const handler = scheduled('collect-dead-letters', (call) =>
  collectDeadLetters(deadLetters, open, call, { stage: stage(), days }),
);
