import type { LogRecord } from '../../shared/log-store.ts';
import type { LogLine } from './subscriptions.ts';

/** Of what no function writes, such as access logs. */
export const STREAM = 'account';

/** A line as CloudWatch Logs has it: what a function wrote as it was, anything else as the fields of its line. */
export function lineOf(record: LogRecord): LogLine {
  const { logGroup: _group, logStream = STREAM, text, service: _service, function: _function, ...line } = record;
  const plain = Object.keys(line).every((key) => ['time', 'level', 'message'].includes(key));
  const message = String(text ?? (plain ? record.message : JSON.stringify(line)));
  return { logStream: String(logStream), timestamp: instantOf(record.time), message };
}

/** Milliseconds since 1970 of a line's time; now for one that tells none. */
export function instantOf(time: string): number {
  const instant = Date.parse(time);
  return Number.isNaN(instant) ? Date.now() : instant;
}
