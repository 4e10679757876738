import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { deployedIn } from '../src/examples/deployed.ts';
import { edited } from '../src/examples/prepare.ts';
import { type Tried, examplesSection, tryExamples } from '../src/examples/try-examples.ts';
import { reasonIn } from '../src/support/run-command.ts';

const yaml = (service: string, rest: string): string =>
  `service: ${service}\nframeworkVersion: '3'\nprovider:\n  name: aws\n  runtime: nodejs12.x\n${rest}`;

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
  it('gets a version and runtime of today, and what its reader fills in', () => {
    const old =
      'frameworkVersion: "3"\nprovider:\n  runtime: nodejs18.x\n  lambdaHashingVersion: \'20201221\'\nb: <name>\n';
    expect(edited(old, { '<name>': 'mine' })).toBe(
      "frameworkVersion: '4'\nprovider:\n  runtime: nodejs22.x\nb: mine\n",
    );
    expect(edited('runtime: nodejs24.x\n', {})).toBe('runtime: nodejs24.x\n');
    expect(edited('org: me\nservice:\n  name: shop\nfunctions: {}\n', {})).toBe('service: shop\nfunctions: {}\n');
    expect(edited('package:\n  include: [a/**]\n  exclude:\n    - b\nc: 1\n', {})).toBe(
      'package:\n  patterns:\n    - "!b"\n    - a/**\nc: 1\n',
    );
  });
});

describe('the output of a deploy', () => {
  it('says where it went', () => {
    const output = '\nDeploying "shop" to stage "dev" (eu-west-1, "default" provider)\n';
    expect(deployedIn(output)).toEqual({ stack: 'shop-dev', region: 'eu-west-1' });
    expect(() => deployedIn('nothing')).toThrow('does not say where');
  });

  it('says why it failed', () => {
    expect(reasonIn('Environment: linux\n\n\u001b[31mError:\u001b[0m\nThere is no such file.\n\nMore\n')).toBe(
      'There is no such file.',
    );
    expect(reasonIn('one\ntwo\n')).toBe('one two');
  });
});
