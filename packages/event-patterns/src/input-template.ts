import { InvalidTransformerError } from './errors.ts';
import { isJson } from './json.ts';
import { compileJsonPath } from './json-path.ts';

const MAX_VARIABLES = 100;
const PLACEHOLDER = /<([A-Za-z0-9_.\-]+)>/g;
const RESERVED = ['rule-arn', 'rule-name', 'event.ingestion-time', 'event', 'event.json'].map(
  (name) => `aws.events.${name}`,
);

/** An event as it came in, and the rule that matched it. `receivedAt` is ISO 8601. */
export interface Matched {
  readonly event: Record<string, unknown>;
  readonly receivedAt: string;
  readonly ruleArn: string;
  readonly ruleName: string;
}

/**
 * Compiles an input transformer. A placeholder outside quotes becomes JSON, inside quotes text; in a template of strings
 * objects lose their quotes, as on AWS. A variable without a value becomes an empty string.
 * The result throws when what comes out is not JSON (or JSON strings, one a line): AWS does not deliver that either.
 *
 * @param targetId names the target in AWS's refusals
 * @param variables paths into the event, by the names of the template's placeholders
 * @throws InvalidTransformerError
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileInputTransformer(
  targetId: string,
  variables: Readonly<Record<string, unknown>>,
  template: string,
): (matched: Matched) => string {
  const paths = compilePaths(targetId, variables);
  for (const [, name = ''] of template.matchAll(PLACEHOLDER)) {
    if (!paths.has(name) && !RESERVED.includes(name)) {
      throw new InvalidTransformerError(`InputTemplate for target ${targetId} contains invalid placeholder ${name}.`);
    }
  }
  if (!isJsonOrLines(fill(template, () => '')))
    throw new InvalidTransformerError(`Invalid InputTemplate for target ${targetId}.`);
  return (matched) => {
    const text = fill(template, (name) => paths.get(name)?.(matched.event) ?? reservedValue(name, matched));
    if (!isJsonOrLines(text)) throw new Error(`The input transformer of target ${targetId} did not make valid JSON.`);
    return text;
  };
}

function compilePaths(
  targetId: string,
  map: Readonly<Record<string, unknown>>,
): Map<string, (event: unknown) => unknown> {
  const entries = Object.entries(map);
  if (entries.length > MAX_VARIABLES) {
    throw new InvalidTransformerError(`InputPathsMap for target ${targetId} has more than ${MAX_VARIABLES} variables.`);
  }
  return new Map(
    entries.map(([name, path]) => {
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name) || name.toUpperCase().startsWith('AWS')) {
        throw new InvalidTransformerError(`InputPathsMap for target ${targetId} contains invalid variable ${name}.`);
      }
      const compiled = typeof path === 'string' ? compileJsonPath(path) : undefined;
      if (compiled === undefined)
        throw new InvalidTransformerError(`InputPathsMap for target ${targetId} has an invalid path for ${name}.`);
      return [name, compiled];
    }),
  );
}

function reservedValue(name: string, { event, receivedAt, ruleArn, ruleName }: Matched): unknown {
  if (name === 'aws.events.rule-arn') return ruleArn;
  if (name === 'aws.events.rule-name') return ruleName;
  if (name === 'aws.events.event.ingestion-time') return receivedAt;
  if (name === 'aws.events.event.json') return event;
  if (name !== 'aws.events.event') return undefined;
  const { detail: _, 'detail-type': detailType, ...rest } = event;
  return { ...rest, detailType };
}

/** Replaces each placeholder, minding whether it stands inside a JSON string of the template. */
function fill(template: string, valueOf: (name: string) => unknown): string {
  const ofStrings = template.trimStart().startsWith('"');
  let from = 0;
  let quoted = false;
  let text = '';
  for (const match of template.matchAll(PLACEHOLDER)) {
    const literal = template.slice(from, match.index);
    quoted = endsInString(literal, quoted);
    const value = valueOf(match[1] ?? '') ?? '';
    text += literal + (quoted ? insideString(value, ofStrings) : JSON.stringify(value));
    from = match.index + match[0].length;
  }
  return text + template.slice(from);
}

function endsInString(text: string, quoted: boolean): boolean {
  let inside = quoted;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') inside = !inside;
  }
  return inside;
}

function insideString(value: unknown, ofStrings: boolean): string {
  const json = JSON.stringify(value);
  if (typeof value === 'string') return json.slice(1, -1);
  return ofStrings && typeof value === 'object' ? json.replaceAll('"', '') : json;
}

function isJsonOrLines(text: string): boolean {
  return isJson(text) || text.split('\n').every((line) => line.trim() === '' || isJson(line));
}
