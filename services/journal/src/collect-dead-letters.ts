import { scheduled } from '@dure/contracts/binding/scheduled';
import { collectDeadLetters } from './application/collect-dead-letters.ts';
import { queues } from './composition-queues.ts';
import { deadLetterDays, deadLetters, stage } from './composition.ts';

const open = queues();
const days = deadLetterDays();

export const handler = scheduled('collect-dead-letters', (call) =>
  collectDeadLetters(deadLetters, open, call, { stage: stage(), days }),
);
