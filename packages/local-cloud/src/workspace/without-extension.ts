/** `src/http/commands.ts` → `src/http/commands` */
export function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?(\.map)?$/, '');
}
