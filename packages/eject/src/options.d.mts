export const HELP: string;
export function parseOptions(args: string[]): { yes: boolean; help: boolean };
