import type { RecordedEvent } from '../domain/recorded-event.ts';
import { maskedData } from './masked.ts';

export const eventView = (event: RecordedEvent) => ({
  ...event,
  data: maskedData(event.type, event.data) as Record<string, unknown>,
  _links: {
    self: { href: `/v1/events/${event.id}` },
    correlation: { href: `/v1/events?correlationId=${event.correlationid}` },
  },
});
