import type { FunctionConfig, FunctionEnded, FunctionLogEvent } from '@dure/lambda-runtime';
import type { LogRecord } from '../shared/log-store.ts';
import type { InvokeResult } from '../shared/types.ts';

export interface FailureReports {
  /** Takes what functions write: the reason why one answers a 500 is in its own words only. */
  readonly wrote: (config: FunctionConfig, event: FunctionLogEvent, record: LogRecord) => void;
  readonly ended: FunctionEnded;
}

export interface FailureReportsOptions {
  readonly root: string;
  readonly tell: (sentence: string) => void;
  /** The front door's: `http://localhost:4000`. */
  readonly url: () => string | undefined;
  readonly now?: () => number;
}

interface Reason {
  readonly message: string;
  readonly stack: readonly string[];
}

/** The same failure is shown once in so long: a queue repeats it until its message is dead. */
const QUIET_MS = 60_000;
const MAX_REMEMBERED = 1_000;
/** Frames of packages, and of what calls the handler. */
const NOT_OWN = /node_modules|\/lambda-runtime\/src\/runtime\//;

/** Says at once which function failed and why: its error, the first line of its stack that is the workspace's own, and where its log is. */
export function reportFailures({ root, tell, url, now = Date.now }: FailureReportsOptions): FailureReports {
  const reasons = new Map<string, Reason>();
  const shownAt = new Map<string, number>();

  function report(
    { name, service }: FunctionConfig,
    requestId: string,
    what: string,
    { message, stack }: Reason,
  ): void {
    const line = stack.find((frame) => frame.includes(root) && !NOT_OWN.test(frame));
    const place = line === undefined ? '' : `\n    ${line.trim().replaceAll(`${root}/`, '')}`;
    const sentence = `${name} ${what}: ${message}${place}`;
    if (now() - (shownAt.get(sentence) ?? -Infinity) < QUIET_MS) return;
    if (shownAt.size >= MAX_REMEMBERED) shownAt.clear();
    shownAt.set(sentence, now());
    tell(`${sentence}\n    ${url() ?? ''}/_cloud/logs?service=${service}&q=${requestId}`);
  }

  return {
    wrote(_config, { requestId, level }, record) {
      if (requestId === undefined || level === 'debug' || record.level.toLowerCase() !== 'error') return;
      if (reasons.size >= MAX_REMEMBERED) reasons.clear();
      reasons.set(requestId, reasonIn(record));
    },
    ended(config, requestId, result) {
      const written = reasons.get(requestId);
      reasons.delete(requestId);
      if (!result.ok) {
        const { errorType, errorMessage, stackTrace = [] } = result;
        // The id is in the address of the log, and would make each of these sentences another.
        const [first = errorMessage] = errorMessage.replace(/^RequestId: \S+ Error: /, '').split('\n');
        report(config, requestId, 'failed', { message: `${errorType}: ${first}`, stack: stackTrace });
      } else if (statusOf(result) >= 500) {
        const reason = written ?? { message: 'it wrote no error into its log', stack: [] };
        report(config, requestId, `answered ${statusOf(result)}`, reason);
      }
    },
  };
}

function statusOf({ payload }: Extract<InvokeResult, { ok: true }>): number {
  return Number((payload as { statusCode?: unknown } | null)?.statusCode ?? 0);
}

/** A logger puts an error's stack into a field, or the line is the stack. */
function reasonIn({ message, ...fields }: LogRecord): Reason {
  const error = Object.values(fields).find((value) => typeof (value as { stack?: unknown } | null)?.stack === 'string');
  const { stack = fields['stack'] ?? fields['stackTrace'] ?? message } = (error ?? {}) as { stack?: unknown };
  const lines = Array.isArray(stack) ? stack.map(String) : String(stack).split('\n');
  const why = error === undefined ? '' : `: ${(error as { message?: string }).message ?? lines[0]}`;
  return { message: `${message.split('\n')[0]}${why}`, stack: lines };
}
