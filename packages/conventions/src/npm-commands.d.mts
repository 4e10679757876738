export interface NpmCommand {
  readonly script: string;
  /** The arguments that npm passes on to the script. */
  readonly parameters: readonly string[];
  /** What npm keeps for itself: options without `--` before them. */
  readonly kept: readonly string[];
}

export function npmCommands(code: string): NpmCommand[];
export function commandProblems(root: string, command: NpmCommand, help: string): string[];
