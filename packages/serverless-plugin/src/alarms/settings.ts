/** An alarm on a metric of the service's own code: see `metric` and `scheduled` in the contracts package. */
export interface BusinessAlarm {
  /** The end of the alarm's name, and its entry in the runbook: `orders-stuck`. */
  readonly name: string;
  /** One sentence: what is wrong when it goes off. */
  readonly description: string;
  readonly operation: string;
  readonly outcome: string;
  readonly metric: string;
  readonly statistic: 'Maximum' | 'Sum' | 'SampleCount';
  /** The alarm goes off if the statistic is greater. */
  readonly threshold: number;
  /** Seconds over which the statistic is taken. */
  readonly period: number;
  /** How many periods in a row must be over the threshold. */
  readonly periods: number;
}

/** `custom.dure.alarms` in serverless.yml: the thresholds. */
export interface AlarmSettings {
  /** Calls of a function that threw or timed out, in five minutes. */
  readonly errors: number;
  /** Calls of a function that were throttled, in five minutes. */
  readonly throttles: number;
  /** How far a reader is behind its stream, for five minutes. */
  readonly iteratorAgeSeconds: number;
  /** How long the oldest message has waited in a queue, for five minutes. */
  readonly queueAgeSeconds: number;
  /** The fraction of requests answered with 5xx in five minutes: 0.01 is one in a hundred. */
  readonly serverErrorRate: number;
  /** The 99th percentile of the latency, for a quarter of an hour. */
  readonly latencyMs: number;
  readonly business: readonly BusinessAlarm[];
}

export const DEFAULT_SETTINGS: AlarmSettings = {
  errors: 0,
  throttles: 0,
  iteratorAgeSeconds: 60,
  queueAgeSeconds: 600,
  serverErrorRate: 0.01,
  latencyMs: 3000,
  business: [],
};

const name = { type: 'string', minLength: 1 };
const count = { type: 'integer', minimum: 0 };

/** JSON Schema of `custom.dure.alarms`. */
export const alarmSchema = {
  type: 'object',
  properties: {
    errors: count,
    throttles: count,
    iteratorAgeSeconds: count,
    queueAgeSeconds: count,
    serverErrorRate: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
    latencyMs: { type: 'integer', minimum: 1, maximum: 29_000 },
    business: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', pattern: '^[a-z][a-z0-9-]*$' },
          description: { type: 'string', pattern: '\\.$' },
          operation: name,
          outcome: name,
          metric: name,
          statistic: { enum: ['Maximum', 'Sum', 'SampleCount'] },
          threshold: { type: 'number' },
          period: { type: 'integer', minimum: 60, multipleOf: 60 },
          periods: { type: 'integer', minimum: 1 },
        },
        required: [
          ...['name', 'description', 'operation', 'outcome', 'metric', 'statistic', 'threshold', 'period', 'periods'],
        ],
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};
