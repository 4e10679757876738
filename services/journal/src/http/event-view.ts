import type { RecordedEvent } from '../domain/recorded-event.ts';

export const eventView = (event: RecordedEvent) => ({
  ...event,
  data: { ...event.data },
  _links: {
    self: { href: `/v1/events/${event.id}` },
    correlation: { href: `/v1/events?correlationId=${event.correlationid}` },
  },
});
