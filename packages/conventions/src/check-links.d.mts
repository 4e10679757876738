export interface DeadLink {
  readonly file: string;
  readonly line: number;
  readonly link: string;
  readonly problem: string;
}
export function checkLinks(root: string): { files: number; links: number; dead: DeadLink[] };
