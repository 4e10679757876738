import type { CodeBlock } from './markdown.mjs';

export function blockProblems(root: string, block: CodeBlock): string[];
export function isRunAgainstCloud(block: CodeBlock): boolean;
export function pathProblems(root: string, file: string, prose: string): string[];
