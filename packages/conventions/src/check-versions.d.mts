export function checkVersions(root: string): { consistent: boolean; output: string };
