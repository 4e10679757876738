import { parser } from '@lezer/python';
import type { SyntaxNode } from '@lezer/common';

/** A node of the syntax of a case, with the text that it is in. */
export interface Node {
  readonly name: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly parts: readonly Node[];
  /** Line of the file, from 1. */
  readonly line: number;
}

/** `with (a as b, c as d):`, which the parser does not know. */
const HEADS_IN_BRACKETS = /^( *)with \((\n[\s\S]*?\n\1)\):/gm;

/** @param source text of a Python file */
export function parse(source: string): Node {
  const plain = source.replace(HEADS_IN_BRACKETS, (_, indent: string, heads: string) => {
    return `${indent}with ${heads.replace(/,?(\s*)$/, '$1').replaceAll('\n', '\\\n')} :`;
  });
  return nodeOf(parser.parse(plain).topNode, plain);
}

function nodeOf(syntax: SyntaxNode, source: string): Node {
  const parts: Node[] = [];
  for (let child = syntax.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'Comment') parts.push(nodeOf(child, source));
  }
  const { name, from, to } = syntax;
  return {
    ...{ name, from, to, parts },
    get text() {
      return source.slice(from, to);
    },
    get line() {
      return source.slice(0, from).split('\n').length;
    },
  };
}

/** Splits at the parts of the given name: `a, b` at `,` are two groups. An empty last group is left out. */
export function split(parts: readonly Node[], separator: string): Node[][] {
  const groups: Node[][] = [[]];
  for (const part of parts) {
    if (part.name === separator) groups.push([]);
    else groups.at(-1)?.push(part);
  }
  return groups.filter((group, index) => group.length > 0 || index < groups.length - 1);
}

const BRACKETS = new Set(['(', ')', '[', ']', '{', '}']);

/** Without the brackets that stand around it. */
export const inner = (node: Node): readonly Node[] => node.parts.filter(({ name }) => !BRACKETS.has(name));
