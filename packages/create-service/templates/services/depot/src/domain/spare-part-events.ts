import { SparePartRecorded } from '@dure/contracts/depot';
import type { EventsOf } from '@dure/contracts/contract';

/** The events of a spare part. Each has all that is recorded, so that a consumer needs no other. */
export const sparePartEvents = { SparePartRecorded };

export type SparePartEvent = EventsOf<typeof sparePartEvents>;
