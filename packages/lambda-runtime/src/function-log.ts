import { randomBytes } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import type { FunctionConfig, FunctionLogEvent, FunctionOutput } from './function-config.ts';

/** How an invocation, or the start of an environment, ended. */
export interface Report {
  readonly durationMs: number;
  /** Of an environment's first invocation. */
  readonly initDurationMs?: number;
  readonly memoryBytes: number;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
}

/** The log stream of one execution environment. */
export interface FunctionLog {
  readonly stream: string;
  started(requestId: string, onLog?: (text: string) => void): void;
  /** What the console wrote, made up by the runtime. */
  logged(event: Pick<FunctionLogEvent, 'time' | 'level' | 'text' | 'body'>): void;
  /** What was written to a standard stream: a line is an event. */
  written(stream: 'stdout' | 'stderr', bytes: Uint8Array): void;
  /** Lambda's own word on an environment that gave out. */
  gaveOut(message: string): void;
  ended(requestId: string, report: Report): void;
  initFailed(durationMs: number, errorType: string): void;
}

const LEVELS = ['DEBUG', 'INFO', 'WARN'];
const megabytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
const ms = (duration: number): string => `${duration.toFixed(2)} ms`;

/**
 * What Lambda writes around a function's own lines.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function openFunctionLog(config: FunctionConfig, output: FunctionOutput): FunctionLog {
  const { version = '$LATEST', memoryMegabytes, logging } = config;
  const isJson = logging.LogFormat === 'JSON';
  const lowest = LEVELS.indexOf(logging.SystemLogLevel ?? 'INFO');
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[${version}]${randomBytes(16).toString('hex')}`;
  const partial = { stdout: '', stderr: '' };
  // A character may be cut in two where a write ends.
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let current: string | undefined;
  let listener: ((text: string) => void) | undefined;

  function write(event: Pick<FunctionLogEvent, 'time' | 'level' | 'text' | 'body'>): void {
    output(config, { ...event, logStream, ...(current !== undefined && { requestId: current }) });
    listener?.(event.text.endsWith('\n') ? event.text : `${event.text}\n`);
  }

  function plain(text: string, level: string): void {
    write({ time: new Date().toISOString(), level, text, body: text.trimEnd() });
  }

  function platform(type: string, level: 'DEBUG' | 'INFO' | 'WARN', record: object): void {
    if (LEVELS.indexOf(level) < lowest) return;
    const time = new Date().toISOString();
    const text = JSON.stringify({ time, type: `platform.${type}`, record });
    write({ time, level: level === 'WARN' ? 'warn' : 'debug', text, body: text });
  }

  function flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      partial[stream] += decoders[stream].end();
      if (partial[stream] !== '') plain(partial[stream], stream === 'stderr' ? 'error' : 'info');
      partial[stream] = '';
    }
  }

  return {
    stream: logStream,
    logged: write,
    written(stream, bytes) {
      const lines = (partial[stream] + decoders[stream].write(bytes)).split('\n');
      partial[stream] = lines.pop() ?? '';
      for (const line of lines) plain(line, stream === 'stderr' ? 'error' : 'info');
    },
    started(requestId, onLog) {
      current = requestId;
      listener = onLog;
      if (isJson) platform('start', 'INFO', { requestId, version });
      else plain(`START RequestId: ${requestId} Version: ${version}\n`, 'debug');
    },
    gaveOut(message) {
      flush();
      const timestamp = new Date().toISOString();
      const text = isJson ? JSON.stringify({ timestamp, level: 'ERROR', message }) : message;
      write({ time: timestamp, level: 'error', text, body: text.trimEnd() });
    },
    ended(requestId, { durationMs, initDurationMs, memoryBytes, status, errorType }) {
      flush();
      const billed = Math.ceil(durationMs + (initDurationMs ?? 0));
      const used = megabytes(memoryBytes);
      if (isJson) {
        const failed = status === 'success' ? {} : { status, ...(errorType !== undefined && { errorType }) };
        const metrics = { durationMs: Number(durationMs.toFixed(3)), billedDurationMs: billed };
        const sizes = { memorySizeMB: memoryMegabytes, maxMemoryUsedMB: used };
        const init = initDurationMs === undefined ? {} : { initDurationMs: Number(initDurationMs.toFixed(2)) };
        const level = status === 'success' ? 'INFO' : 'WARN';
        platform('runtimeDone', level === 'INFO' ? 'DEBUG' : level, { requestId, status, ...failed });
        platform('report', level, { requestId, metrics: { ...metrics, ...sizes, ...init }, status, ...failed });
      } else {
        plain(`END RequestId: ${requestId}\n`, 'debug');
        const parts = [
          ...[`REPORT RequestId: ${requestId}`, `Duration: ${ms(durationMs)}`, `Billed Duration: ${billed} ms`],
          ...[`Memory Size: ${memoryMegabytes} MB`, `Max Memory Used: ${used} MB`],
          ...(initDurationMs === undefined ? [] : [`Init Duration: ${ms(initDurationMs)}`]),
          ...(status === 'success' ? [] : [`Status: ${status}`]),
          ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]),
        ];
        plain(`${parts.join('\t')}\t\n`, 'debug');
      }
      current = undefined;
      listener = undefined;
    },
    initFailed(durationMs, errorType) {
      flush();
      if (isJson) {
        const record = { initializationType: 'on-demand', phase: 'init', status: 'error', errorType };
        platform('initReport', 'WARN', { ...record, metrics: { durationMs } });
      } else {
        const parts = [`INIT_REPORT Init Duration: ${ms(durationMs)}`, 'Phase: init', 'Status: error'];
        plain(`${[...parts, `Error Type: ${errorType}`].join('\t')}\n`, 'warn');
      }
    },
  };
}
