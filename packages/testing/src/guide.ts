import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A code block: its language, the file that it is about, if any, and its text. */
export interface Block {
  readonly language: string;
  readonly path: string | undefined;
  readonly text: string;
}

/** A Markdown file whose code blocks are applied and run. */
export interface Guide {
  readonly file: string;
  readonly blocks: readonly Block[];
  /** The files and folders that its text names, without those in code blocks: from the root, or from a service's folder. */
  readonly mentioned: readonly string[];
}

const NAMED_FILE = /`((?:services|packages|docs|scripts|src|test)\/[^`*]*|[\w-]+\.(?:yml|md))`/g;

/** @param file from the root */
export function readGuide(root: string, file: string): Guide {
  const text = readFileSync(join(root, ...file.split('/')), 'utf8').replaceAll('\r\n', '\n');
  const found = [...text.matchAll(/^```(\w+)(?: (\S+\/\S+)| \w+)?\n(.*?)^```$/gms)];
  const prose = text.replaceAll(/^```.*?^```$/gms, '');
  return {
    file,
    blocks: found.map(([, language = '', path, block = '']) => ({ language, path, text: block })),
    mentioned: [...new Set([...prose.matchAll(NAMED_FILE)].map(([, path = '']) => path))],
  };
}

/** Does in a workspace what the guide says to do with its files. */
export function followGuide(root: string, { file: guide, blocks }: Guide): void {
  for (const { language, path, text } of blocks) {
    if (path === undefined) continue;
    const file = join(root, ...path.split('/'));
    if (language === 'diff')
      writeFileSync(file, patched(readFileSync(file, 'utf8'), text, `${guide}: this hunk does not fit ${path}`));
    else writeFileSync(file, text, { flag: 'wx' });
  }
}

/** Hunks are divided by `@@`; what each of them takes away, with what is around it, stands in the file once. */
function patched(content: string, diff: string, refusal: string): string {
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
      throw new Error(`${refusal} once:\n${hunk}`);
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
export function exchanges({ blocks }: Guide, origin: string): Exchange[] {
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
