import type { Destinations } from '../services/eventbridge/index.ts';
import type { InvokeLambda, InvokeResult } from '../shared/types.ts';
import type { ActivePlan } from './active-plan.ts';
import type { RepeatedDeliveries } from './plan.ts';
import { shuffled } from './seeded-random.ts';

type Deliver = Destinations['deliver'];
type Current = () => ActivePlan | undefined;

/**
 * Delivers to a rule's target as often as the plan says, each time at a moment of its own, and is done after the last:
 * what is still held back when the process is killed is delivered again after its next start.
 */
export function repeatDeliveries(deliver: Deliver, current: Current): Deliver {
  return async (target) => {
    const active = current();
    const repeated = active?.plan.deliveries;
    if (active === undefined || repeated === undefined) return deliver(target);
    await inCopies(active, repeated, target.arn, () => deliver(target));
  };
}

/**
 * Invokes the consumer of a queue or stream with each batch as often as the plan says; the last answer counts. A
 * queue's batches overlap and overtake one another, and their messages are shuffled. A stream's are repeated one after
 * the other, in order, which DynamoDB guarantees and partial failures rely on.
 */
export function repeatInvocations(invoke: InvokeLambda, current: Current): InvokeLambda {
  return async (functionName, payload) => {
    const active = current();
    const repeated = active?.plan.deliveries;
    if (active === undefined || repeated === undefined || !isBatch(payload)) return invoke(functionName, payload);
    const { Records: records } = payload;
    const draw = active.draw(`records for ${functionName}`);
    let last: InvokeResult | undefined;
    if (records[0]?.eventSource === 'aws:sqs') {
      await inCopies(active, repeated, functionName, async () => {
        last = await invoke(functionName, { Records: shuffled(records, draw) });
      });
    } else {
      for (let copy = 1; copy < repeated.copies; copy += 1) {
        active.count(counted(functionName));
        await invoke(functionName, payload);
      }
    }
    return last ?? invoke(functionName, payload);
  };
}

async function inCopies(
  active: ActivePlan,
  { copies, windowMs }: RepeatedDeliveries,
  to: string,
  deliver: () => Promise<void>,
): Promise<void> {
  const draw = active.draw(`pauses for ${to}`);
  const pauses = Array.from({ length: copies }, () => draw() * windowMs);
  await Promise.all(
    pauses.map(async (milliseconds, index) => {
      await active.pause(milliseconds);
      if (index > 0) active.count(counted(to));
      else if (copies === 1) active.count(`held back on its way to ${to.split(':').at(-1)}`);
      await deliver();
    }),
  );
}

/** `delivered again to inventory-local-commands`, whether that came as a name or an ARN. */
const counted = (to: string): string => `delivered again to ${to.split(':').at(-1)}`;

interface Batch {
  readonly Records: readonly { readonly eventSource?: string }[];
}

const isBatch = (payload: unknown): payload is Batch =>
  typeof payload === 'object' && payload !== null && 'Records' in payload && Array.isArray(payload.Records);
