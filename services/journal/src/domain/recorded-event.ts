import type { Envelope } from '@dure/contracts/envelope';

/** An event or command as it went over the bus, without its return address: that is a capability, not a fact. */
export interface RecordedEvent extends Omit<Envelope, 'replyto'> {
  readonly recordedAt: string;
}

export function toRecord(envelope: Envelope, recordedAt: string): RecordedEvent {
  const { replyto: _, ...facts } = envelope;
  return { ...facts, recordedAt };
}

/** Where an event stands in every list: by its time, then by its number among those of its subject, then by its id. */
export function placeOf({ time, sequence = 0, id }: RecordedEvent): string {
  return `${instant(time)}#${String(sequence).padStart(12, '0')}#${id}`;
}

/** One spelling of an instant, so that texts sort as times do. */
export const instant = (time: string): string => new Date(time).toISOString();

/** The UTC day by which ranges of time are kept apart: `2026-01-05`. */
export const dayOf = (time: string): string => instant(time).slice(0, 10);

/** The days from one instant to another, both included, at most `limit` of them. */
export function daysBetween(from: string, to: string, limit: number): string[] {
  const days: string[] = [];
  for (let day = Date.parse(dayOf(from)); day <= Date.parse(dayOf(to)) && days.length < limit; day += 86_400_000) {
    days.push(new Date(day).toISOString().slice(0, 10));
  }
  return days;
}
