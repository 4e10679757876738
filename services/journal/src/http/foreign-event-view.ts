import type { ForeignEvent } from '../domain/foreign-event.ts';

/** A foreign event with its detail or, in a list, without. */
export const foreignEventView = <Event extends Omit<ForeignEvent, 'detail'>>(event: Event) => ({
  ...event,
  _links: { self: { href: `/v1/foreign-events/${event.id}` } },
});
