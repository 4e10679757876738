import type { RecordedEvent } from '../domain/recorded-event.ts';

export function eventView({ specversion: _, datacontenttype: __, data, ...event }: RecordedEvent) {
  return { ...event, data: data as Record<string, unknown>, _links: { self: { href: `/v1/events/${event.id}` } } };
}
