export interface Options {
  readonly name: string;
  readonly aggregate?: string;
  readonly remove: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly help: boolean;
}
export const HELP: string;
export function parseOptions(args: string[]): Options;
