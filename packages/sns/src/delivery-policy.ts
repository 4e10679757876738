import { isObject, parseJson } from '@dure/local-http/json';
import { invalid } from './sns-error.ts';

type Section = Readonly<Record<string, unknown>>;

const DEFAULTS: Readonly<Record<string, unknown>> = {
  defaultHealthyRetryPolicy: {
    ...{ minDelayTarget: 20, maxDelayTarget: 20, numRetries: 3, numMaxDelayRetries: 0, numNoDelayRetries: 0 },
    ...{ numMinDelayRetries: 0, backoffFunction: 'linear' },
  },
  disableSubscriptionOverrides: false,
  defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
};

/**
 * How a topic's delivery policy is shown: as it was given, and with its defaults. It is about HTTP, and nothing is
 * delivered by that here.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function deliveryPolicies(given: string | undefined): Readonly<Record<string, string>> {
  if (given === undefined || given === '') return { EffectiveDeliveryPolicy: JSON.stringify({ http: DEFAULTS }) };
  const http = Object.fromEntries(Object.entries(httpOf(given)).filter(([, value]) => value !== null));
  const merged = Object.entries(DEFAULTS).map(([name, value]): [string, unknown] => [
    name,
    isObject(value) && isObject(http[name]) ? { ...value, ...http[name] } : (http[name] ?? value),
  ]);
  return {
    DeliveryPolicy: JSON.stringify({ http: { disableSubscriptionOverrides: false, ...http } }),
    EffectiveDeliveryPolicy: JSON.stringify({ http: Object.fromEntries(merged) }),
  };
}

/** @throws AwsError `InvalidParameter` */
export function checkDeliveryPolicy(text: string, prefix: string): void {
  const policy = parseJson(text);
  if (isObject(policy) && isObject(policy['http'])) return;
  throw invalid(`${prefix}DeliveryPolicy: it is not a JSON object with "http".`);
}

const httpOf = (text: string): Section => (JSON.parse(text) as { http: Section }).http;
