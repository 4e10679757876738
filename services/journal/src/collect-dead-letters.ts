import { scheduled } from '@dure/contracts/scheduled';
import { collectDeadLetters } from './application/collect-dead-letters.ts';
import { queues } from './composition-queues.ts';
import { deadLetters, stage } from './composition.ts';

const open = queues();

export const handler = scheduled('collect-dead-letters', (call) =>
  collectDeadLetters(deadLetters, open, call, stage()),
);
