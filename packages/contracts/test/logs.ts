import { afterEach, beforeEach, jest } from '@jest/globals';

export interface LogLine extends Record<string, unknown> {
  readonly level: string;
  readonly message: string;
}

/** Keeps what is logged during each test of the file instead of printing it. */
export function captureLogs(): LogLine[] {
  const lines: LogLine[] = [];
  beforeEach(() => {
    lines.length = 0;
    process.env['LOG_LEVEL'] = 'info';
    const print = process.stdout.write.bind(process.stdout);
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest: unknown[]) => {
      const text = String(chunk);
      if (!text.startsWith('{"level"')) return print(chunk, ...(rest as []));
      lines.push(JSON.parse(text) as LogLine);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return lines;
}
