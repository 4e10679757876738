import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';

/** Where a property stands, for people: `serverless.yml:12`; the file alone where that has no lines to count. */
export type Locate = (path: readonly (string | number)[]) => string;

/**
 * Finds properties in a service's configuration file. What comes from another file by `${file(…)}` is where that
 * variable stands. The file is parsed when the first place is asked for, so a valid one costs nothing.
 */
export function locator(folder: string, filename: string): Locate {
  const file = openFile(folder, filename);
  if (file === undefined) return () => filename;
  return (path) => placeOf(filename, file(), path);
}

/**
 * Finds the resources that the file itself declares, and what is below them. Others have no place: events and plugins
 * make them, or another file has them.
 */
export function resourceLocator(
  folder: string,
  filename: string,
): (logicalId: string, path: readonly string[]) => string | undefined {
  const file = openFile(folder, filename);
  return (logicalId, path) => {
    if (file === undefined) return undefined;
    const declared = ['resources', 'Resources', logicalId];
    const found = declared.reduce<Node | null | undefined>(
      (node, key) => (node === undefined ? undefined : step(node, key)?.node),
      file().contents as Node | null,
    );
    return found === undefined ? undefined : placeOf(filename, file(), [...declared, ...path]);
  };
}

const placeOf = (filename: string, { contents, lines }: ParsedFile, path: readonly (string | number)[]): string =>
  `${filename}:${lines.linePos(offsetOf(contents, path)).line}`;

/** Undefined for a file without lines to count. What it answers is parsed at the first call. */
function openFile(folder: string, filename: string): (() => ParsedFile) | undefined {
  const file = join(folder, filename);
  if (!/\.(ya?ml|json)$/.test(filename) || !existsSync(file)) return undefined;
  let parsed: ParsedFile | undefined;
  return () => (parsed ??= parse(file));
}

interface ParsedFile {
  readonly contents: unknown;
  readonly lines: LineCounter;
}

function parse(file: string): ParsedFile {
  const lines = new LineCounter();
  const { contents } = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, logLevel: 'silent' });
  return { contents, lines };
}

/** Of the key that the path ends with, or of the nearest above it that is in the file. */
function offsetOf(contents: unknown, path: readonly (string | number)[]): number {
  let [node, offset] = [contents as Node | null, 0];
  for (const key of path) {
    const found = step(node, key);
    if (found === undefined) break;
    [node, offset] = [found.node, found.offset];
  }
  return offset;
}

function step(node: unknown, key: string | number): { node: Node | null; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    return pair && fromPair(pair);
  }
  if (!isSeq(node)) return undefined;
  const item = /^\d+$/.test(String(key)) ? node.items[Number(key)] : undefined;
  if (item !== undefined) return { node: item as Node, offset: (item as Node).range?.[0] ?? 0 };
  // A list of functions, each a map of its own.
  return node.items.map((inner) => step(inner, key)).find((found) => found !== undefined);
}

function fromPair({ key, value }: Pair): { node: Node | null; offset: number } {
  return { node: value as Node | null, offset: (key as Node).range?.[0] ?? 0 };
}
