export function changelog(root: string): Promise<string>;
