import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { namesVersion3, stackIn } from '../src/examples/framework.ts';
import { filledIn, lacksSdk2, withRuntime } from '../src/examples/prepare.ts';
import { type Tried, examplesSection, tryExamples } from '../src/examples/try-examples.ts';
import { reasonIn } from '../src/support/run-command.ts';

const yaml = (service: string, rest: string): string =>
  `service: ${service}\nframeworkVersion: '4'\nprovider:\n  name: aws\n  runtime: nodejs12.x\n${rest}`;

const CHECKOUT = {
  'aws-node/serverless.yml': yaml('plain', 'functions:\n  function1:\n    handler: index.handler\n'),
  'aws-node/index.js':
    'module.exports.handler = (event, context, callback) => callback(null, { body: "executed successfully" });',
  'aws-node-typescript/serverless.yml': yaml('silent', 'functions:\n  hello:\n    handler: index.handler\n'),
  'aws-node-typescript/index.js': 'module.exports.handler = async () => ({ message: "planted" });',
  'aws-node-of-nobody/serverless.yml': yaml('odd', 'functions:\n  a:\n    handler: index.handler\n    colour: red\n'),
  'aws-python/serverless.yml': yaml('other', ''),
};

describe('examples of a checkout', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dure-examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are deployed, and asked what they answer', async () => {
    for (const [name, content] of Object.entries(CHECKOUT)) {
      mkdirSync(join(folder, 'checkout', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'checkout', name), content);
    }
    const tried: Tried[] = [];
    await tryExamples(join(folder, 'checkout'), join(folder, 'work'), '', (one) => tried.push(one));
    const found = Object.fromEntries(tried.map(({ name, state, reason }) => [name, { state, reason }]));
    expect(found).toEqual({
      'aws-node': { state: 'answers', reason: '' },
      'aws-node-typescript': { state: 'deploys', reason: 'hello: {"message":"planted"}' },
      'aws-node-of-nobody': {
        state: 'does not deploy',
        reason: "Configuration error at 'functions.a': unrecognized property 'colour'",
      },
    });
    expect(examplesSection(tried, 'abc12345')).toContain('| 3                     |      2 |      1 |');
  });
});

describe('the serverless.yml of an example', () => {
  it('gets a runtime that is there', () => {
    expect(withRuntime('provider:\n  runtime: nodejs12.x\n', false)).toBe('provider:\n  runtime: nodejs22.x\n');
    expect(withRuntime('runtime: nodejs18.x\n', false)).toBe('runtime: nodejs18.x\n');
    expect(withRuntime('runtime: nodejs18.x\n', true)).toBe('runtime: nodejs16.x\n');
  });

  it('gets what its reader fills in', () => {
    expect(filledIn('b: <name>, c: <name>\n', { '<name>': 'mine' })).toBe('b: mine, c: mine\n');
  });

  it('says which framework deploys it', () => {
    expect(namesVersion3('service: a\nframeworkVersion: "3"\n')).toBe(true);
    expect(namesVersion3("frameworkVersion: '4'\n")).toBe(false);
  });
});

describe('the code of an example', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dure-examples-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('needs version 2 of the SDK from its runtime unless it depends on it', () => {
    const lacking = (handler: string, depends: object): boolean => {
      writeFileSync(join(folder, 'handler.js'), handler);
      writeFileSync(join(folder, 'package.json'), JSON.stringify(depends));
      return lacksSdk2(folder);
    };
    const uses = "const AWS = require('aws-sdk');";
    expect(lacking(uses, {})).toBe(true);
    // The framework leaves these packages out of the archive.
    expect(lacking(uses, { devDependencies: { 'aws-sdk': '^2.12.0' } })).toBe(true);
    expect(lacking(uses, { dependencies: { 'aws-sdk': '^2.12.0' } })).toBe(false);
    expect(lacking("const s3 = require('@aws-sdk/client-s3');", {})).toBe(false);
  });
});

describe('the output of a deploy', () => {
  it('says where it went', () => {
    expect(stackIn('\nDeploying "shop" to stage "dev" (eu-west-1, "default" provider)\n')).toBe('shop-dev');
    expect(stackIn('\nDeploying shop to stage dev (eu-west-1)\n')).toBe('shop-dev');
    expect(() => stackIn('nothing')).toThrow('does not say where');
  });

  it('says why it failed', () => {
    expect(reasonIn('Environment: linux\n\n\u001b[31mError:\u001b[0m\nThere is no such file.\n\nMore\n')).toBe(
      'There is no such file.',
    );
    expect(reasonIn('one\ntwo\n')).toBe('one two');
  });
});
