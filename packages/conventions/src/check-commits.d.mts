export interface BadCommit {
  readonly commit: string;
  readonly subject: string;
  readonly problems: string[];
}
export function checkCommits(root: string, since: string): Promise<{ checked: number; bad: BadCommit[] }>;
