export interface Command {
  readonly entry: string;
  readonly args?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly help?: string;
  parse?(args: string[]): { readonly help: boolean };
  check?(): void;
}

export declare const COMMANDS: Readonly<Record<string, Command>>;
