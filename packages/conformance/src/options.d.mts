export const HELP: string;

export interface Options {
  readonly recordings?: string;
  readonly examples?: string;
  readonly clients: boolean;
  readonly plugins: boolean;
  readonly only: string;
  readonly list: readonly ('wrong' | 'refused' | 'unread')[];
  readonly write: boolean;
  readonly help: boolean;
}

export function parseOptions(args: readonly string[]): Options;
