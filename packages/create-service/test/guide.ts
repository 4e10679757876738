import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from './workspace-copy.ts';

/** A code block of docs/new-service.md: its language, the file that it is about, if any, and its text. */
interface Block {
  readonly language: string;
  readonly path: string | undefined;
  readonly text: string;
}

const TEXT = readFileSync(join(REPOSITORY, 'docs', 'new-service.md'), 'utf8').replaceAll('\r\n', '\n');

/** The code blocks of docs/new-service.md, in their order. */
export const blocks: readonly Block[] = [...TEXT.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
  ([, language = '', path, text = '']) => ({ language, path, text }),
);

const PROSE = TEXT.replaceAll(/^```.*?^```$/gms, '');
const FILE = /`((?:services|packages|docs|scripts|src|test)\/[^`*]*|[\w-]+\.(?:yml|md))`/g;

/** The files and folders that its text names, without those in code blocks: from the root, or from the service's folder. */
export const mentioned: readonly string[] = [...new Set([...PROSE.matchAll(FILE)].map(([, path = '']) => path))];

/** Does in a workspace what the guide says to do with its files. */
export function followGuide(root: string): void {
  for (const { language, path, text } of blocks) {
    if (path === undefined) continue;
    const file = join(root, ...path.split('/'));
    if (language === 'diff') writeFileSync(file, patched(readFileSync(file, 'utf8'), text, path));
    else writeFileSync(file, text, { flag: 'wx' });
  }
}

/** Hunks are divided by `@@`; what each of them takes away, with what is around it, stands in the file once. */
function patched(content: string, diff: string, path: string): string {
  return diff.split(/^@@\n/m).reduce((text, hunk) => {
    const lines = hunk.split('\n').slice(0, -1);
    const without = (sign: string) =>
      lines
        .filter((line) => !line.startsWith(sign))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const [old, changed] = [without('+'), without('-')];
    const [before, after, more] = text.split(old);
    if (before === undefined || after === undefined || more !== undefined || old === changed) {
      throw new Error(`docs/new-service.md: this hunk does not fit ${path} once:\n${hunk}`);
    }
    return `${before}${changed}${after}`;
  }, content);
}

export interface Exchange {
  readonly url: string;
  readonly init: RequestInit;
  /** What the guide shows as the answer; `…` stands for any text. */
  readonly answer: unknown;
}

/** The requests with curl whose answers the guide shows, to a front door at `origin`. */
export function exchanges(origin: string): Exchange[] {
  return blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1];
    if (language !== 'sh' || next?.language !== 'json') return [];
    const [, method = 'GET'] = /-X (\w+)/.exec(text) ?? [];
    const [, path = ''] = /localhost:4000(\S+)/.exec(text) ?? [];
    const [, header] = /-H 'content-type: (\S+)'/.exec(text) ?? [];
    const [, body] = /-d '([^']*)'/.exec(text) ?? [];
    const init = { method, ...(header && { headers: { 'content-type': header } }), ...(body && { body }) };
    return [{ url: `${origin}${path}`, init, answer: JSON.parse(next.text) as unknown }];
  });
}

/** An answer with `…` where the guide has it. */
export function blurred(answer: unknown, shown: unknown): unknown {
  if (shown === '…' && typeof answer === 'string') return '…';
  if (typeof answer !== 'object' || answer === null || typeof shown !== 'object' || shown === null) return answer;
  const like = shown as Record<string, unknown>;
  const entries = Object.entries(answer).map(([key, value]) => [key, blurred(value, like[key])] as const);
  return Array.isArray(answer) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
