import type { FunctionConfig, FunctionLogEvent } from '@dure/lambda-runtime';
import { type LogRecord, recordOf } from '../../shared/log-store.ts';

/** A function's log event as the log store keeps it; `text` is what CloudWatch Logs has, where it is something else. */
export function logRecordOf({ service, key }: FunctionConfig, event: FunctionLogEvent): LogRecord {
  const stream = event.level === 'error' || event.level === 'fatal' ? 'stderr' : 'stdout';
  const record = recordOf({ service, function: key }, stream, event.body);
  const isText = !event.body.startsWith('{');
  const { requestId } = event;
  return {
    ...record,
    ...(isText && { time: event.time, level: event.level }),
    ...(typeof record.message !== 'string' && { message: JSON.stringify(record.message) }),
    ...(requestId !== undefined && { requestId }),
  };
}
