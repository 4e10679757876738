/** Lines that set variables in the terminal that a person has on this platform. */
export function exported(environment: Readonly<Record<string, string>>): string {
  const set = process.platform === 'win32' ? 'set ' : 'export ';
  return Object.entries(environment)
    .map(([name, value]) => `  ${set}${name}=${value}`)
    .join('\n');
}
