import { ReleaseStock } from '@dure/contracts/inventory';
import { type OutgoingCommand, type OutgoingEvent, publish, send } from '@dure/contracts/binding/outbox';
import { CancelPayment } from '@dure/contracts/payments';
import { DriftFound, DriftNeedsPerson, DriftResolved } from '@dure/contracts/reconciliation';
import { CancelShipping } from '@dure/contracts/shipping';
import type { Drift, Repair } from './domain/drift.ts';
import type { Judgement } from './domain/judge.ts';

/** The events of a judgement: each drift is published when it is found, given up and resolved. */
export function eventsOfJudgement(
  { orderId, sequence }: { readonly orderId: string; readonly sequence: number },
  { found, givenUp, resolved }: Judgement,
): OutgoingEvent[] {
  const number = numbers(sequence);
  const fields = ({ driftId, kind }: Drift) => ({ driftId, orderId, kind });
  return [
    ...found.map((drift) => {
      const { expected, found: is, since, repair } = drift;
      return publish(DriftFound, orderId, number(), { ...fields(drift), expected, found: is, since, repair });
    }),
    ...givenUp.map((drift) => {
      const { repair, tries } = drift;
      return publish(DriftNeedsPerson, orderId, number(), { ...fields(drift), repair, tries });
    }),
    ...resolved.map((drift) => publish(DriftResolved, orderId, number(), { ...fields(drift), tries: drift.tries })),
  ];
}

const numbers = (last: number) => {
  let number = last;
  return () => (number += 1);
};

/** The repair commands. A repeated command is answered again and changes nothing. */
export const commandsOf = (orderId: string, repairs: readonly Repair[]): OutgoingCommand[] =>
  repairs.map((repair) => {
    switch (repair) {
      case 'release-stock':
        return send(ReleaseStock, orderId, { orderId });
      case 'cancel-payment':
        return send(CancelPayment, orderId, { orderId, reason: 'reconciliation: the order has ended' });
      case 'cancel-shipping':
        return send(CancelShipping, orderId, { orderId });
      default:
        return repair satisfies never;
    }
  });
