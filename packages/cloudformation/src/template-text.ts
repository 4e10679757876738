import { type CollectionTag, LineCounter, Pair, parseDocument, Scalar, type ScalarTag, visit, YAMLMap } from 'yaml';
import { AwsError } from '@dure/aws-protocols/aws-error';

const FUNCTIONS = [
  ...['And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAZs', 'GetAtt', 'If', 'ImportValue', 'Join', 'Length', 'Not'],
  ...['Or', 'Select', 'Split', 'Sub', 'ToJsonString', 'Transform'],
];
/** `!Ref Queue` is `{ Ref: Queue }`, `!Sub text` is `{ 'Fn::Sub': text }`. */
const SHORT_FORMS = [
  ...['Condition', 'Ref'].flatMap((name) => tagsOf(name, name)),
  ...FUNCTIONS.flatMap((name) => tagsOf(name, `Fn::${name}`)),
];
/** Of YAML 1.1, in which `yes` is true and 010 is 8. A date, `2012-10-17`, is a text. */
const LEFT_OUT = /:(?:binary|omap|pairs|set|timestamp)$/;
/** `012345678901`, an account's id, is no number of YAML 1.1. */
const NO_NUMBER: ScalarTag = {
  ...{ tag: 'tag:yaml.org,2002:str', default: true, test: /^0\d*[89]\d*$/ },
  resolve: (text) => text,
};

/**
 * Reads a template's text, in JSON or in YAML with the short forms of the intrinsic functions.
 * @throws AwsError `ValidationError` that says where the text is wrong
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 * @example
 * readTemplateText('Outputs: { Url: { Value: !Ref Queue } }'); // { Outputs: { Url: { Value: { Ref: 'Queue' } } } }
 */
export function readTemplateText(body: string): object {
  const value = body.trimStart().startsWith('{') ? fromJson(body) : fromYaml(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('unsupported structure.');
  refuseNull(value, '', 0);
  return value;
}

function refuseNull(value: unknown, path: string, depth: number): void {
  if (value === null) throw wrong(`[${path}] 'null' values are not allowed in templates`);
  if (typeof value !== 'object') return;
  if (depth === MAX_DEPTH) throw wrong(`[${path}] is nested more deeply than is read here.`);
  for (const [key, inner] of Object.entries(value)) refuseNull(inner, `${path}/${key}`, depth + 1);
}

const wrong = (what: string): AwsError => new AwsError('ValidationError', `Template format error: ${what}`);

function fromJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw wrong(`JSON not well-formed. (${reason})`);
  }
}

function parsed(body: string, options: Parameters<typeof parseDocument>[1]): ReturnType<typeof parseDocument> {
  try {
    return parseDocument(body, options);
  } catch (error) {
    // The parser calls itself for each list within a list.
    throw wrong(`YAML not well-formed. (${String(error)})`);
  }
}

function fromYaml(body: string): unknown {
  const lines = new LineCounter();
  const document = parsed(body, {
    ...{ version: '1.1', merge: false, lineCounter: lines, prettyErrors: false },
    customTags: (tags) => [NO_NUMBER, ...tags.filter((tag) => !isLeftOut(tag)), ...SHORT_FORMS],
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `(line ${line}, column ${col})`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw wrong(`YAML not well-formed. ${at(broken.pos[0])} ${broken.message}`);
  const [unknown] = document.warnings;
  if (unknown !== undefined) throw wrong(`YAML not well-formed. ${at(unknown.pos[0])} ${unknown.message}`);
  visit(document, {
    Alias(_key, { range }) {
      throw wrong(`YAML aliases are not allowed in CloudFormation templates. ${at(range?.[0] ?? 0)}`);
    },
  });
  return document.toJS();
}

/** Of lists and maps in one another; no property that CloudFormation takes comes near it. */
const MAX_DEPTH = 200;

type Tag = ScalarTag | CollectionTag;

const isLeftOut = (tag: Tag | string): boolean => typeof tag !== 'string' && LEFT_OUT.test(tag.tag);

/** A function's argument may be a text, a list or a map. */
function tagsOf(name: string, key: string): Tag[] {
  const tag = `!${name}`;
  const call = (argument: unknown): YAMLMap => {
    const map = new YAMLMap();
    map.items.push(new Pair(new Scalar(key), argument));
    return map;
  };
  return [
    { tag, resolve: (text) => ({ [key]: name === 'GetAtt' ? attributeOf(text) : text }) },
    { tag, collection: 'seq', resolve: call },
    { tag, collection: 'map', resolve: call },
  ];
}

/** `Queue.Arn`; what comes after the first dot is the attribute: `Stack.Outputs.Url`. */
function attributeOf(text: string): string[] {
  const [id = '', ...attribute] = text.split('.');
  return [id, attribute.join('.')];
}
