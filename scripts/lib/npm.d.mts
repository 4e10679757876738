/** File, parameters and options for `spawn`. */
export type NpmCommand = [file: string, parameters: string[], options: { shell: boolean }];

export function npmCommand(parameters: string[], environment?: NodeJS.ProcessEnv): NpmCommand;
export function isPublished(specifier: string): boolean;
