import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FOR_HEADER, questionOf, serviceOf } from '../../src/domain/role-proof.ts';

const now = Date.parse('2026-11-30T10:15:00Z');
const at = { region: 'eu-west-1', now };
const good = {
  Action: 'GetCallerIdentity',
  Version: '2011-06-15',
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': 'ASIAEXAMPLE/20261130/eu-west-1/sts/aws4_request',
  'X-Amz-Date': '20261130T101500Z',
  'X-Amz-Expires': '60',
  'X-Amz-Security-Token': 'IQoJb3JpZ2luX2VjE/+=',
  'X-Amz-Signature': 'a'.repeat(64),
  'X-Amz-SignedHeaders': `host;${FOR_HEADER}`,
};
const query = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

describe('a signed question', () => {
  it('may be asked as it is', () => {
    expect(Object.fromEntries(new URLSearchParams(questionOf(query(good), at)))).toEqual(good);
  });

  it.each([
    ['for another action', { Action: 'AssumeRole' }],
    ['for another service', { 'X-Amz-Credential': 'ASIAEXAMPLE/20261130/eu-west-1/iam/aws4_request' }],
    ['for another region', { 'X-Amz-Credential': 'ASIAEXAMPLE/20261130/us-east-1/sts/aws4_request' }],
    ['that lives long', { 'X-Amz-Expires': '61' }],
    ['that lives for ever', { 'X-Amz-Expires': '600' }],
    ['that lives no time', { 'X-Amz-Expires': '0' }],
    ['that does not say whom it is for', { 'X-Amz-SignedHeaders': 'host' }],
    ['with a header more', { 'X-Amz-SignedHeaders': `host;x-amz-acl;${FOR_HEADER}` }],
    ['of a user, who has no session', { 'X-Amz-Security-Token': '' }],
    ['with a parameter more', { RoleArn: 'arn:aws:iam::123456789012:role/admin' }],
    ['at no time', { 'X-Amz-Date': '20261330T101500Z' }],
  ])('is not asked: one %s', (_, more) => {
    expect(questionOf(query({ ...good, ...more }), at)).toBeUndefined();
  });

  it('is not asked with a part missing, nor with one twice', () => {
    for (const name of Object.keys(good)) {
      const { [name as keyof typeof good]: _, ...others } = good;
      expect(questionOf(query(others), at)).toBeUndefined();
      expect(questionOf(`${query(others)}&${query(others)}`, at)).toBeUndefined();
      expect(questionOf(`${query(good)}&${name}=x`, at)).toBeUndefined();
    }
  });

  it('is asked within its minute only', () => {
    const asked = (seconds: number) => questionOf(query(good), { ...at, now: now + seconds * 1_000 }) !== undefined;
    expect([-6, -5, 0, 60, 61].map(asked)).toEqual([false, true, true, true, false]);
  });

  it('is nothing else, whatever is sent', () => {
    fc.assert(fc.property(fc.webQueryParameters(), (text) => questionOf(text, at) === undefined));
    const urls = ['https://sts.example.com/?', 'http://169.254.169.254/?', '//', '@evil/?', '/../?'];
    for (const url of urls) expect(questionOf(url + query(good), at)).toBeUndefined();
  });
});

const stage = { account: '123456789012', stage: 'dev', services: ['orders', 'gateway', 'parcel-desk'] };
const arn = (role: string, account = '123456789012') => `arn:aws:sts::${account}:assumed-role/${role}/gateway-dev-api`;
const named = (role: string, more = {}) => serviceOf({ account: '123456789012', arn: arn(role), ...more }, stage);

describe('the service of a role', () => {
  it('is in its name', () => {
    expect(named('gateway-dev-ApiRole-1A2B3C4D')).toBe('gateway');
    expect(named('parcel-desk-dev-ApiRole-1A2B3C4D')).toBe('parcel-desk');
    expect(
      serviceOf(
        { account: '000000000000', arn: arn('gateway-local-ApiRole', '000000000000') },
        {
          ...{ ...stage, account: '000000000000', stage: 'local' },
        },
      ),
    ).toBe('gateway');
  });

  it.each([
    ['another stage', 'gateway-prod-ApiRole-1A2B3C4D'],
    ['a service without an identity', 'journal-dev-ApiRole-1A2B3C4D'],
    ['a service whose name goes on', 'gateway-two-dev-ApiRole-1A2B3C4D'],
    ['a service whose name ends as the stage', 'gateway-dev-dev-ApiRole-1A2B3C4D'],
    ['a role that CloudFormation has not named', 'gateway-dev-ApiRole'],
    ['a role of a person', 'Admin'],
  ])('is not that of %s', (_, role) => expect(named(role)).toBeUndefined());

  it('is of this account, and no user or federated one', () => {
    const role = 'gateway-dev-ApiRole-1A2B3C4D';
    expect(named(role, { arn: arn(role, '210987654321') })).toBeUndefined();
    expect(named(role, { account: '210987654321', arn: arn(role, '210987654321') })).toBeUndefined();
    for (const other of [
      `arn:aws:iam::123456789012:role/${role}`,
      `arn:aws:iam::123456789012:user/${role}`,
      `arn:aws:sts::123456789012:federated-user/${role}`,
      'arn:aws:iam::123456789012:root',
      `${arn(role)}/more`,
    ]) {
      expect(named(role, { arn: other })).toBeUndefined();
    }
  });
});
