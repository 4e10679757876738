export const HELP: string;
export function parseOptions(args: string[]): { name: string; aggregate?: string; help: boolean };
