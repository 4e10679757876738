/** Writes one line of a log. `fields` must be plain JSON. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
