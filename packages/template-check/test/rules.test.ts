import { describe, expect, it } from '@jest/globals';
import { checkTemplate } from '../src/check.ts';
import type { Facts, Subject } from '../src/rule.ts';
import { rules } from '../src/rules.ts';
import { loadSpec } from '../src/spec.ts';
import type { Json, Template } from '../src/template.ts';
import { goodTemplate, SERVICE, STAGE } from './good/template.ts';
import { add, changed, set, without } from './mutate.ts';
import { plants } from './plants.ts';

const facts: Facts = {
  spec: loadSpec(),
  wildcards: [{ actions: ['xray:PutTraceSegments'], resource: /^\*$/ }],
  archives: [{ functionName: 'ApiFunction', zipped: 300_000, unzipped: 900_000 }],
  endpoints: [{ method: 'POST', path: '/v1/orders', needsBody: true, signed: false }],
  messages: [
    { detailType: 'ItemAdded.v1', senders: ['shop'] },
    { detailType: 'OrderPlaced.v1', senders: ['orders'] },
  ],
  runbook: new Set(['runbook']),
  published: new Set([
    ...['/dure/prod/bus/name', '/dure/prod/bus/arn', '/dure/prod/alerts/topic-arn'],
    'secretsmanager:dure/prod/cursors',
  ]),
  collected: true,
  canary: true,
};

const good = goodTemplate();

function violations(template: Template, more: Partial<Subject> = {}): string[] {
  const subject = { service: SERVICE, stage: STAGE, template, facts, ...more };
  return checkTemplate(subject).map(({ rule, resource, path, right }) => `${rule.id} ${resource}.${path}: ${right}`);
}

describe('the rules', () => {
  it('find nothing in a good template', () => {
    expect(violations(good)).toEqual([]);
  });

  it('each have a unique id, a reason and a source', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, title, why, source } of rules) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(source).toMatch(/^https:\/\//);
      expect(title.length * why.length).toBeGreaterThan(0);
    }
  });

  it('each have a planted violation, and every plant a rule', () => {
    expect(Object.keys(plants).sort()).toEqual(rules.map(({ id }) => id).sort());
    for (const planted of Object.values(plants)) expect(planted.length).toBeGreaterThan(0);
  });
});

it('an authorizer needs no alarm on its errors', () => {
  const AuthorizerUri = {
    'Fn::Join': ['', ['arn:aws:apigateway:…:', { 'Fn::GetAtt': ['JobFunction', 'Arn'] }, '/invocations']],
  };
  const template = changed(good, (draft) => {
    without('JobErrorsAlarm')(draft);
    add('Authorizer', { Type: 'AWS::ApiGateway::Authorizer', Properties: { AuthorizerUri } })(draft);
  });
  expect(violations(template).filter((line) => line.startsWith('alarm-errors'))).toEqual([]);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  it.each((plants[id] ?? []).map((plant, index) => [index + 1, plant] as const))('finds plant %i', (_, plant) => {
    const template = plant.change === undefined ? good : changed(good, plant.change);
    const found = [...rule.check({ service: SERVICE, stage: STAGE, template, facts: plant.facts?.(facts) ?? facts })];
    expect(found.map(({ resource }) => resource)).toContain(plant.at);
    for (const { right } of found) expect(right).toMatch(/\.$/);
  });
});

describe('a template that only makes the bucket', () => {
  const { Bucket, BucketPolicy } = good.Resources;
  const template: Template = { Resources: { Bucket: Bucket!, BucketPolicy: BucketPolicy! } };
  const found = (part: boolean) => {
    const subject = { service: SERVICE, stage: STAGE, template, facts };
    return checkTemplate(subject, { part }).map(({ rule }) => rule.id);
  };

  it('is not asked for what a whole service has', () => {
    expect(found(true)).toEqual([]);
    expect(found(false)).toEqual(['alarm-business', 'dashboard']);
  });
});

describe('objects of a bucket', () => {
  const found = (Action: string, Resource: Json) => {
    const statement = { Effect: 'Allow', Action, Resource };
    const template = changed(good, (draft) => {
      set('Bucket', 'Properties.BucketName', 'dure-prod-shop-files')(draft);
      set('ApiRole', 'Properties.Policies.0.PolicyDocument.Statement.0', statement)(draft);
    });
    return violations(template).filter((line) => line.startsWith('iam-wildcard'));
  };

  it.each<[string, Json]>([
    ['s3:GetObject', 'arn:aws:s3:::dure-prod-shop-files/in/*'],
    ['s3:PutObject', { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::dure-prod-shop-files/*' }],
    ['s3:DeleteObject', { 'Fn::Sub': '${Bucket.Arn}/*' }],
  ])('of the same template may be named by a prefix: %s on %j', (action, resource) => {
    expect(found(action, resource)).toEqual([]);
  });

  it.each<[string, Json]>([
    ['s3:GetObject', 'arn:aws:s3:::dure-prod-other-files/in/*'],
    ['s3:GetObject', 'arn:aws:s3:::dure-prod-shop-files*'],
    ['s3:GetObject', 'arn:aws:s3:::dure-prod-*/in/*'],
    ['s3:GetObject', { 'Fn::Sub': '${Bucket.Arn}*' }],
    ['s3:PutObjectAcl', { 'Fn::Sub': '${Bucket.Arn}/*' }],
    ['s3:GetObject', { 'Fn::Sub': '${Table.Arn}/*' }],
  ])('are not reached by any other wildcard: %s on %j', (action, resource) => {
    expect(found(action, resource)).not.toEqual([]);
  });
});

describe('a webhook', () => {
  const open = changed(good, set('PlaceOrder', 'Properties.ApiKeyRequired', undefined));
  const keyless = (signed: readonly string[]) => {
    const endpoints = signed.map((path) => ({ method: 'POST', path, needsBody: true, signed: true }));
    return violations(open, { facts: { ...facts, endpoints } }).filter((line) => line.startsWith('api-key'));
  };

  it('needs no key, for its caller signs', () => {
    expect(keyless(['/v1/orders'])).toEqual([]);
  });

  it('of another path excuses no other method', () => {
    expect(keyless(['/v1/orders/{orderId}', '/v1'])).toEqual([
      'api-key PlaceOrder.Properties.ApiKeyRequired: true, for POST /v1/orders.',
    ]);
  });
});

it('a secret that another service makes may be referred to, whole or in part', () => {
  for (const part of ['', ':SecretString', ':SecretString:first']) {
    const reference = `{{resolve:secretsmanager:dure/prod/cursors${part}}}`;
    const template = changed(good, set('Topic', 'Properties.DisplayName', reference));
    expect(violations(template).filter((line) => line.startsWith('parameter-published'))).toEqual([]);
  }
});

describe('documentation', () => {
  const keyless = (service: string, verb: string, part: string): string[] => {
    const template = changed(good, (draft) => {
      set('PlaceOrder', 'Properties.ApiKeyRequired', undefined)(draft);
      set('PlaceOrder', 'Properties.HttpMethod', verb)(draft);
      set('Orders', 'Properties.PathPart', part)(draft);
      set('Orders', 'Properties.ParentId', { 'Fn::GetAtt': ['Api', 'RootResourceId'] })(draft);
    });
    return violations(template, { service }).filter((line) => line.startsWith('api-key'));
  };

  it('of the registry is read without a key', () => {
    for (const verb of ['GET', 'HEAD']) expect(keyless('registry', verb, 'docs')).toEqual([]);
  });

  it.each([
    ['another service', 'orders', 'GET', 'docs'],
    ['what is only called like OAuth', 'orders', 'GET', 'oauth'],
    ['what is beside OAuth', 'identity', 'GET', 'oauth'],
    ['what is beside the pages for accounts', 'identity', 'GET', 'account'],
    ['what changes something', 'registry', 'POST', 'docs'],
    ['another path', 'registry', 'GET', 'docs2'],
  ])('excuses nothing else: %s', (_, ...given) => {
    expect(keyless(...given)).not.toEqual([]);
  });
});

describe('an alarm on what lies in a dead-letter queue', () => {
  it('will do where no job takes the letters away', () => {
    const template = changed(good, (draft) => {
      for (const id of Object.keys(draft.Resources).filter((it) => it.endsWith('DeadLettersAlarm'))) {
        set(id, 'Properties.MetricName', 'ApproximateNumberOfMessagesVisible')(draft);
      }
    });
    expect(violations(template, { facts: { ...facts, collected: false } })).toEqual([]);
  });
});

describe('a job', () => {
  const found = (id: string, properties: Record<string, string>) => {
    const template = changed(good, (draft) => {
      without('JobNotRunAlarm')(draft);
      Object.assign(draft.Resources[id]!.Properties, properties);
    });
    return violations(template).filter((line) => line.startsWith('alarm-not-run'));
  };

  it.each([
    ['at certain times', { ScheduleExpression: 'cron(0 8 ? * MON-FRI *)' }],
    ['once a day', { ScheduleExpression: 'rate(1 day)' }],
    ['never, because its schedule is off', { State: 'DISABLED' }],
  ])('that runs %s needs no alarm on silence', (_, properties) => {
    expect(found('ScheduleRule', properties)).toEqual([]);
  });

  it('that runs every eight hours does', () => {
    expect(found('ScheduleRule', { ScheduleExpression: 'rate(8 hours)' })).toHaveLength(1);
  });
});

describe('stages', () => {
  const unprotected = changed(good, (draft) => {
    set('Table', 'Properties.DeletionProtectionEnabled', false)(draft);
    set('Table', 'DeletionPolicy', 'Delete')(draft);
  });
  const inStage = (stage: string) =>
    violations(unprotected, { stage }).filter((line) => /^(table-protected|data-retained)/.test(line));

  it('that are thrown away may lose their data', () => {
    expect(inStage('dev')).toEqual([]);
  });

  it('that are kept may not', () => {
    expect(inStage('staging')).toHaveLength(2);
    expect(inStage('prod')).toHaveLength(2);
  });

  it('may have a hyphen in their name', () => {
    const template = JSON.parse(JSON.stringify(good).replaceAll('prod', 'my-stage')) as Template;
    const found = (stage: string) => violations(template, { stage }).filter((line) => line.startsWith('own-stage'));
    expect(found('my-stage')).toEqual([]);
    expect(found('my')).not.toEqual([]);
  });

  it('without gradual deployments need no aliases', () => {
    const template = changed(good, set('ApiAlias', 'UpdatePolicy', undefined));
    const canary = (asked: boolean) =>
      violations(template, { facts: { ...facts, canary: asked } }).filter((line) => line.startsWith('canary'));
    expect(canary(false)).toEqual([]);
    expect(canary(true)).toHaveLength(1);
  });
});
