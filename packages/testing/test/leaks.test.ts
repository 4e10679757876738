import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { leaksIn, leaksInEvents, leaksInLogs } from '../src/leaks.ts';

const folder = mkdtempSync(join(tmpdir(), 'dure-leaks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = `${encoded({ alg: 'ES256', typ: 'at+jwt' })}.${encoded({ sub: 'c-1001' })}.c2lnbmF0dXJl`;

describe('a line that nobody may write', () => {
  it.each([
    ['a token', `{"message":"called with ${TOKEN}"}`],
    ['a token', `{"path":"/progress?token=${TOKEN}"}`],
    ['a bearer token', '{"authorization":"Bearer 0123456789abcdef0123456789"}'],
    ['a cookie', '{"cookie":"session=abc"}'],
    ['a cookie', '{"message":"set-cookie: __Host-session=abc; Secure"}'],
    ['a private key', '{"message":"-----BEGIN PRIVATE KEY-----"}'],
    ['an e-mail address', '{"message":"no mail to mina@example.com"}'],
    ['an e-mail address', `{"message":"${'x'.repeat(300)} +mina.kim_1@mail.shop-1.example.co.kr!"}`],
    ['an address', '{"error":{"message":"no such place: 12 Sejong-daero"}}'],
    ['a telephone number', '{"message":"called +82 10 1234 5678"}'],
    ['a payment method', '{"message":"declined pm_card_visa"}'],
  ])('has %s: %s', (what, line) => {
    expect(leaksIn(['{"message":"request"}', line]).map((leak) => leak.what)).toContain(what);
  });

  it('has a secret of the stage, and is shown without it', () => {
    const [leak, ...more] = leaksIn(['{"message":"asked with s3cr3t-of-a-client by web"}'], ['s3cr3t-of-a-client']);
    expect([leak, more]).toEqual([{ what: 'a secret', line: '{"message":"asked with ███ by web"}' }, []]);
  });

  it('is none of those that every request writes', () => {
    const lines = [
      '{"level":"info","message":"request","actor":"customer:c-1001","tokenId":"01a22bfe-b8b4-7763-9ff7-56973463acf1"}',
      '{"time":"2026-11-30T10:55:16.703Z","duration":12.5,"traceparent":"00-c6243271f29744c3a15eb6be0a77cfef-a15eb6be0a77cfef-01"}',
      '{"stack":"at node_modules/@aws-sdk/client-ssm@3.1133.0/dist.js:1:1"}',
    ];
    expect(leaksIn(lines)).toEqual([]);
  });
});

it.each([
  ['of letters', 'a'.repeat(200_000)],
  ['with points', 'a.'.repeat(100_000)],
  ['of hosts', `x@${'a.'.repeat(100_000)}`],
  ['of many addresses without an end', 'a@'.repeat(100_000)],
  ['of beginnings of tokens', 'eyJ'.repeat(70_000)],
  ['of hosts with hyphens', `x@${'a-'.repeat(100_000)}`],
])('a long line %s is read in a moment', (_, line) => {
  const started = process.cpuUsage();
  leaksIn([line]);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(2_000);
});

it('what a local cloud keeps of its logs is read as a whole, the file before as well', () => {
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'logs', 'orders.log'), '{"message":"fine"}\n');
  expect(leaksInLogs(folder)).toEqual([]);
  writeFileSync(join(folder, 'logs', 'orders.log.1'), `{"message":"fine"}\n{"token":"${TOKEN}"}\n`);
  expect(leaksInLogs(folder)).toEqual([{ what: 'a token', line: '{"token":"███"}' }]);
});

describe('an event', () => {
  const cloud = mkdtempSync(join(tmpdir(), 'dure-leaks-'));
  const database = new DatabaseSync(join(cloud, 'cloud.sqlite'));
  database.exec('CREATE TABLE eventbridge_archived (body TEXT); CREATE TABLE secret_versions (version TEXT)');
  database.prepare('INSERT INTO secret_versions VALUES (?)').run(JSON.stringify({ text: 's3cr3t-of-a-client' }));
  afterAll(() => {
    database.close();
    rmSync(cloud, { recursive: true, force: true });
  });
  const archived = (type: string, data: object, more: object = {}): string[] => {
    database.exec('DELETE FROM eventbridge_archived');
    const body = { 'detail-type': type, detail: { type, data, ...more } };
    database.prepare('INSERT INTO eventbridge_archived VALUES (?)').run(JSON.stringify(body));
    return leaksInEvents(cloud).map(({ what }) => what);
  };
  const REFUSED = 'dure.identity.RequestRefused.v1';

  it('has no credential, not even where personal data may be', () => {
    expect(archived(REFUSED, { reason: 'forged-form', network: '192.0.2.0/24' })).toEqual([]);
    expect(archived(REFUSED, { reason: TOKEN })).toEqual(['a token', 'a token']);
    expect(archived(REFUSED, { made: 'up', by: 's3cr3t-of-a-client' })).toEqual(['a secret']);
  });

  it('has data about a person where its contract says so alone', () => {
    expect(archived(REFUSED, { reason: 'mina@example.com' })).toEqual(['an e-mail address']);
    expect(archived(REFUSED, { reason: 'too-often' }, { actor: 'mina@example.com' })).toEqual(['an e-mail address']);
    // shop
    const shippingAddress = { name: 'Mina Kim', line1: '12 Sejong-daero' };
    expect(archived('dure.orders.OrderPlaced.v1', { orderId: 'o-1', shippingAddress })).toEqual([]);
    expect(archived('dure.orders.OrderPlaced.v1', { orderId: 'Mina Kim' })).toEqual(['an address']);
    // /shop
  });

  it('is nothing without an archive, or of somebody who is no service', () => {
    expect(leaksInEvents(folder)).toEqual([]);
    expect(archived('com.evil.Anything', { token: TOKEN })).toEqual([]);
  });
});
