import { settingsForAll, stages } from '../edge.ts';
import type { Stage } from '../edge.ts';
import { targetOf } from '../references.ts';
import type { Rule, Subject } from '../rule.ts';
import { at, isObject, list, number, ofType } from '../template.ts';
import { isLogGroup } from './logs.ts';

const STAGE = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-stages.html';
const THROTTLING = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html';

/**
 * TLS 1.2 at least: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
 */
const SECURE = /^(TLS_1_2|SecurityPolicy_TLS13_1_[23]_\w+|SecurityPolicy_TLS12_\w+)$/;

export const stageRules: readonly Rule[] = [
  {
    id: 'api-stage',
    title: 'An API is deployed to the stage',
    why: 'Settings have no effect without a stage.',
    source: STAGE,
    *check({ template, stage }) {
      for (const { id } of ofType(template, 'AWS::ApiGateway::RestApi')) {
        if (stages(template).some(({ apiId, name }) => apiId === id && name === stage)) continue;
        yield { resource: id, path: 'Properties', right: `A stage "${stage}" of this API.` };
      }
    },
  },
  stageRule({
    ...{ id: 'stage-throttling', title: 'Stages are throttled', source: THROTTLING },
    why: 'Without its own limit, one API can use up the account’s 10,000 requests a second.',
    isRight: (stage) =>
      number(at(settingsForAll(stage), 'ThrottlingRateLimit')) > 0 &&
      number(at(settingsForAll(stage), 'ThrottlingBurstLimit')) > 0,
    path: 'MethodSettings',
    right: 'For /* and *: a ThrottlingRateLimit and a ThrottlingBurstLimit above 0.',
  }),
  stageRule({
    ...{ id: 'stage-access-log', title: 'Stages have an access log, as JSON' },
    why: 'A request that the edge rejects reaches no function and no other log.',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html',
    isRight: ({ settings }, { template }) => {
      const log = settings['AccessLogSetting'];
      return isLogGroup(template, at(log, 'DestinationArn')) && isJsonWithRequestId(at(log, 'Format'));
    },
    path: 'AccessLogSetting',
    right: 'A log group of the template, and a Format that is JSON and has $context.requestId.',
  }),
  stageRule({
    ...{ id: 'stage-tracing', title: 'Stages are traced' },
    why: 'A trace must cover every hop.',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html',
    isRight: ({ settings }) => settings['TracingEnabled'] === true,
    path: 'TracingEnabled',
    right: 'true.',
  }),
  stageRule({
    ...{ id: 'usage-plan', title: 'Stages are in a usage plan with rate, burst and quota', source: THROTTLING },
    why: 'A key has no effect without a usage plan.',
    isRight: (stage, subject) => hasPlan(stage, subject),
    path: '',
    right: 'A UsagePlan of this stage with Throttle.RateLimit, Throttle.BurstLimit and Quota.Limit.',
  }),
  {
    id: 'api-compression',
    title: 'Answers are compressed',
    why: 'Outgoing bytes cost money and time.',
    source:
      'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::ApiGateway::RestApi')) {
        const size = number(properties['MinimumCompressionSize']);
        if (size >= 0 && size <= 10_485_760) continue;
        yield { resource: id, path: 'Properties.MinimumCompressionSize', right: '0 to 10485760 bytes.' };
      }
    },
  },
  {
    id: 'api-tls',
    title: 'APIs require TLS 1.2 or later',
    why: 'TLS 1.0 and 1.1 have been withdrawn (RFC 8996), and a regional API accepts 1.0 by default.',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::DomainName')) {
        const policy = String(properties['SecurityPolicy']);
        // Newer policies require an access mode.
        const isWhole = policy === 'TLS_1_2' || properties['EndpointAccessMode'] !== undefined;
        if (SECURE.test(policy) && isWhole) continue;
        const right = 'A policy from TLS 1.2 up: TLS_1_2, or SecurityPolicy_TLS13_… with an EndpointAccessMode.';
        yield { resource: id, path: 'Properties.SecurityPolicy', right };
      }
    },
  },
  {
    id: 'plain-http',
    title: 'Nothing is sent over plain HTTP',
    why: 'Unencrypted traffic can be read and changed.',
    source: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_data_transit_encrypt.html',
    *check({ template }) {
      const uris = [
        ...ofType(template, 'AWS::SNS::Subscription').map(({ id, properties }) => ({
          id,
          properties,
          key: 'Endpoint',
        })),
        ...ofType(template, 'AWS::Events::ApiDestination').map((it) => ({ ...it, key: 'InvocationEndpoint' })),
      ];
      for (const { id, properties, key } of uris) {
        if (!String(properties[key]).startsWith('http://')) continue;
        yield { resource: id, path: `Properties.${key}`, right: 'An address with https://.' };
      }
      for (const { id, properties } of ofType(template, 'AWS::ApiGateway::Method')) {
        if (!String(at(properties, 'Integration', 'Uri')).startsWith('http://')) continue;
        yield { resource: id, path: 'Properties.Integration.Uri', right: 'An address with https://.' };
      }
    },
  },
];

interface StageSetting extends Omit<Rule, 'check'> {
  readonly isRight: (stage: Stage, subject: Subject) => boolean;
  /** The path within the stage's settings. */
  readonly path: string;
  readonly right: string;
}

function stageRule({ isRight, path, right, ...texts }: StageSetting): Rule {
  return {
    ...texts,
    *check(subject) {
      for (const stage of stages(subject.template)) {
        if (isRight(stage, subject)) continue;
        yield { resource: stage.entry.id, path: [stage.path, path].filter(Boolean).join('.'), right };
      }
    },
  };
}

/** In a format, `$context.x` stands for a value, with or without quotes around it. */
function isJsonWithRequestId(format: unknown): boolean {
  if (typeof format !== 'string' || !format.includes('$context.requestId')) return false;
  try {
    return isObject(JSON.parse(format.replaceAll(/\$context\.[\w.-]+/g, '0')));
  } catch {
    return false;
  }
}

function hasPlan({ apiId, entry }: Stage, { template, stage }: Subject): boolean {
  return ofType(template, 'AWS::ApiGateway::UsagePlan').some(({ properties }) => {
    const limits = [
      ['Throttle', 'RateLimit'],
      ['Throttle', 'BurstLimit'],
      ['Quota', 'Limit'],
    ].map((path) => number(at(properties, ...path)));
    const holds = list(properties['ApiStages']).some((of) => {
      const named = at(of, 'Stage');
      return (
        targetOf(template, at(of, 'ApiId')) === apiId && (named === stage || targetOf(template, named) === entry.id)
      );
    });
    return holds && limits.every((limit) => limit > 0);
  });
}
