export interface CodeBlock {
  readonly file: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The first word of the info string; '' for a figure. */
  readonly language: string;
  /** The other words of the info string. */
  readonly words: readonly string[];
  /** Without the indentation of the fence. */
  readonly text: string;
  /** The test that runs the block, as a comment before the block or one for the whole file names it. */
  readonly runBy: string | undefined;
}

export function markdownFiles(root: string): string[];
export function codeBlocks(file: string, markdown: string): CodeBlock[];
export function proseLines(markdown: string): string[];
