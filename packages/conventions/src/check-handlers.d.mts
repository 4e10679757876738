export function checkHandlers(root: string): { handlers: number; problems: string[] };
