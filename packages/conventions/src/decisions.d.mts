export function readDecisions(root: string): { index: string; problems: string[] };
