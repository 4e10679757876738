import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { anchorsOf } from '../src/anchors.ts';
import { archiveOf, unzippedSize } from '../src/archives.ts';
import { collectsDeadLetters } from '../src/collector.ts';
import { draft4Problem } from '../src/draft4.ts';
import { referencesIn, textOf } from '../src/references.ts';
import { report } from '../src/report.ts';
import { rules } from '../src/rules.ts';
import type { Json, Template } from '../src/template.ts';
import { goodTemplate } from './good/template.ts';
import { changed, set } from './mutate.ts';

const template: Template = {
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dure-dev-orders' } },
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { 'Fn::Sub': 'dure-${AWS::Region}' } } },
    Topic: { Type: 'AWS::SSM::Parameter', Properties: { Value: '{{resolve:ssm:/dure/dev/alerts/topic-arn}}' } },
  },
};

it('finds a function’s own archive, or that of its service where all functions have one', () => {
  const parent = mkdtempSync(join(tmpdir(), 'dure-archives-'));
  const folder = join(parent, 'scales');
  const made = (name: string) => join(folder, '.serverless', name);
  mkdirSync(made(''), { recursive: true });
  try {
    expect(archiveOf(folder, 'api')).toBe(made('api.zip'));
    writeFileSync(made('scales.zip'), '');
    expect(archiveOf(folder, 'api')).toBe(made('scales.zip'));
    writeFileSync(made('api.zip'), '');
    expect(archiveOf(folder, 'api')).toBe(made('api.zip'));
  } finally {
    rmSync(parent, { recursive: true });
  }
});

describe('text of a value', () => {
  it.each<[Json, string]>([
    ['plain', 'plain'],
    [{ Ref: 'AWS::Region' }, '${AWS::Region}'],
    [{ Ref: 'Table' }, 'dure-${AWS::Region}'],
    [{ Ref: 'Queue' }, '${Queue}'],
    [{ 'Fn::GetAtt': ['Queue', 'QueueName'] }, 'dure-dev-orders'],
    [{ 'Fn::GetAtt': 'Queue.Arn' }, '${Queue.Arn}'],
    [{ 'Fn::GetAtt': ['Topic', 'Value'] }, '{{resolve:ssm:/dure/dev/alerts/topic-arn}}'],
    [{ 'Fn::Sub': ['${name}-${Table}', { name: 'a' }] }, 'a-dure-${AWS::Region}'],
    [{ 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'index', '*']] }, '${Table.Arn}/index/*'],
    [{ 'Fn::If': ['Yes', 'a', 'b'] }, '${Fn::If}'],
  ])('%j is %s', (value, text) => {
    expect(textOf(template, value)).toBe(text);
  });
});

describe('references in a value', () => {
  it('are those of Ref, Fn::GetAtt and Fn::Sub, but not literals and own variables', () => {
    const value: Json = [
      { Ref: 'A' },
      { deep: { 'Fn::GetAtt': ['B', 'Nested.Arn'] } },
      { 'Fn::Sub': ['${C} ${!D} ${own} ${E.Arn}', { own: { Ref: 'F' } }] },
    ];
    const found = referencesIn(value).map(({ id, attribute }) => [id, attribute]);
    expect(found).toEqual([
      ['A', undefined],
      ['B', 'Nested.Arn'],
      ['C', undefined],
      ['E', 'Arn'],
      ['F', undefined],
    ]);
  });
});

describe('a zip archive', () => {
  const files = [Buffer.from('a'.repeat(1000)), Buffer.from('bc')];

  it('has the sizes of its files in its central directory', () => {
    expect(unzippedSize(zip(files, 'the comment at the end'))).toBe(1002);
    expect(unzippedSize(zip([], ''))).toBe(0);
  });

  it('is refused if it is none', () => {
    expect(() => unzippedSize(Buffer.from('no'))).toThrow('not a zip archive');
    const broken = zip(files, '');
    broken.writeUInt32LE(0, broken.indexOf(Buffer.from('PK\x01\x02', 'latin1')));
    expect(() => unzippedSize(broken)).toThrow('broken central directory');
  });
});

describe('dead letters are collected', () => {
  const mayReceive = (id: string, stage: string) => {
    const Resource = { 'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:dure-${stage}-*-dlq` };
    return changed(
      goodTemplate(),
      set(id, 'Properties.Policies.0.PolicyDocument.Statement.0', {
        ...{ Effect: 'Allow', Action: ['sqs:ReceiveMessage'], Resource },
      }),
    );
  };

  it('where a job may receive from all such queues of the stage', () => {
    expect(collectsDeadLetters(goodTemplate(), 'prod')).toBe(false);
    expect(collectsDeadLetters(mayReceive('JobRole', 'prod'), 'prod')).toBe(true);
    expect(collectsDeadLetters(mayReceive('JobRole', 'dev'), 'prod')).toBe(false);
    expect(collectsDeadLetters(mayReceive('ConsumerRole', 'prod'), 'prod')).toBe(false);
  });
});

describe('anchors', () => {
  it('are those of headings, as GitHub writes them, and of explicit anchors', () => {
    const page = '# Orders\n\n## What fails, and how\n### `dead-letters` [x](y)\ntext # no\n<a id="stuck"></a>\n';
    expect(anchorsOf(page)).toEqual(new Set(['orders', 'what-fails-and-how', 'dead-letters-x', 'stuck']));
  });
});

describe('a draft 4 schema', () => {
  const $schema = 'http://json-schema.org/draft-04/schema#';

  it('has the keywords of draft 4, at every depth', () => {
    const number = { type: 'number', minimum: 0, exclusiveMinimum: true };
    expect(draft4Problem({ $schema, type: 'object', properties: { const: number } })).toBeUndefined();
    expect(draft4Problem({ $schema, anyOf: [{ items: { const: 1 } }] })).toBe('"const" is not a keyword of draft 4');
    expect(draft4Problem({ $schema, definitions: { a: { if: {} } } })).toBe('"if" is not a keyword of draft 4');
    expect(draft4Problem({ $schema, exclusiveMinimum: 0 })).toContain('exclusiveMinimum');
    expect(draft4Problem('{}')).toBe('an object is expected');
  });
});

describe('the report', () => {
  const [rule] = rules;

  it('reports a violation once, with its stages if not all have it', () => {
    const finding = (resource: string) => ({ rule: rule!, resource, path: 'Type', right: 'Another.' });
    const text = report([
      { service: 'orders', stage: 'dev', findings: [finding('A')] },
      { service: 'orders', stage: 'prod', findings: [finding('A'), finding('B')] },
      { service: 'payments', stage: 'dev', findings: [] },
    ]);
    expect(text.split('\n')).toEqual([
      'FAILED  orders           dev, prod: 2 violations of 1 rule',
      `  ${rule!.id}: ${rule!.title}. ${rule!.why}`,
      `    ${rule!.source}`,
      '    ✗ A.Type: Another.',
      '    ✗ B.Type (prod): Another.',
      'ok      payments         dev',
    ]);
  });
});

/** A zip archive as the format's specification has it, with the given files and comment. */
function zip(files: readonly Buffer[], comment: string): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  for (const content of files) {
    const packed = deflateRawSync(content);
    const entry = Buffer.alloc(46 + 1);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(content.length, 24);
    entry.writeUInt16LE(1, 28);
    entries.push(entry);
    locals.push(packed);
  }
  const [body, directory] = [Buffer.concat(locals), Buffer.concat(entries)];
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(body.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([body, directory, end, Buffer.from(comment)]);
}
