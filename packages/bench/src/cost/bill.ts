import { readFileSync } from 'node:fs';
import type { FunctionCounts } from '../support/functions.ts';
import { sum } from '../support/statistics.ts';
import type { AwsRequest } from './counting-proxy.ts';

/** The counts of a number of orders. */
export interface Counts {
  readonly orders: number;
  /** Of the functions. */
  readonly requests: readonly AwsRequest[];
  readonly functions: readonly FunctionCounts[];
  /** Of the lines in the functions' log groups. */
  readonly logBytes: number;
  readonly transitions: number;
  /** Names and size of the messages on the bus. */
  readonly messages: readonly string[];
  readonly messageBytes: number;
}

interface Price {
  readonly price: number;
  readonly per: number;
  readonly unit: string;
  readonly source: string;
}

interface PriceList {
  readonly region: string;
  readonly asOf: string;
  readonly prices: Readonly<Record<string, Price>>;
  readonly assumptions: {
    /** The additional time of a request on AWS. */
    readonly awsRequestMilliseconds: number;
    /** Of every function. */
    readonly memoryGigabytes: number;
  };
}

export const prices = JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')) as PriceList;

export type Bill = Readonly<Record<string, Price & { readonly perOrder: number; readonly perMillion: number }>>;

/**
 * The cost of a million orders at list prices, line by line: units per order × price × 1,000,000. Lambda's poller makes
 * one receipt and one deletion per batch in SQS. Its empty polls cost the same without orders.
 */
export function billOf(counts: Counts): Bill {
  const { orders, requests, functions, logBytes, transitions, messages, messageBytes } = counts;
  const units = requests.flatMap(({ units }) => units ?? []);
  const batches = sum(functions.filter(({ consumes }) => consumes).map((one) => one.invocations));
  const invocations = sum(functions.map((one) => one.invocations));
  const asked = (service: string) => requests.filter((one) => one.service === service).length;
  const line = (name: string, count: number) => {
    const price = prices.prices[name];
    if (price === undefined) throw new Error(`There is no price of ${name}.`);
    const perOrder = count / orders;
    return { ...price, perOrder, perMillion: (perOrder * price.price * 1_000_000) / price.per };
  };
  return {
    'API Gateway': line('apiGatewayRequest', apiRequestsOf(counts)),
    'Lambda, invocations': line('lambdaRequest', invocations),
    'Lambda, time': line('lambdaGigabyteSecond', gigabyteSeconds(counts)),
    'DynamoDB, writes': line('dynamodbWrite', sum(units.map(({ write }) => write))),
    'DynamoDB, writes to indexes': line('dynamodbWrite', sum(units.map(({ indexWrite }) => indexWrite))),
    'DynamoDB, reads': line('dynamodbRead', sum(units.map(({ read }) => read))),
    'EventBridge, messages': line('eventBridgeEvent', messages.length),
    'EventBridge, archive': line('eventBridgeArchivedGigabyte', messageBytes / 1e9),
    'SQS, messages sent': line('sqsRequest', sum(functions.map((one) => one.messages))),
    'SQS, receipts and deletions': line('sqsRequest', 2 * batches),
    SNS: line('snsPublish', asked('SNS')),
    'SES, e-mails': line('sesEmail', asked('SES')),
    'Step Functions': line('stepFunctionsTransition', transitions),
    'CloudWatch Logs': line('logsGigabyte', logBytes / 1e9),
  };
}

/** An order is one request of its customer, plus those of its carrier. */
export const apiRequestsOf = ({ orders, functions }: Pick<Counts, 'orders' | 'functions'>): number =>
  orders + sum(functions.filter(({ name }) => CARRIERS.test(name)).map((one) => one.invocations));

/** What a carrier calls. */
const CARRIERS = /^shipping-\w+-webhooks$/;

/** The local duration, plus the additional milliseconds of each request on AWS. */
function gigabyteSeconds({ functions, requests }: Counts): number {
  const { awsRequestMilliseconds, memoryGigabytes } = prices.assumptions;
  const here = sum(functions.map(({ busyMilliseconds }) => busyMilliseconds));
  return ((here + requests.length * awsRequestMilliseconds) / 1000) * memoryGigabytes;
}
