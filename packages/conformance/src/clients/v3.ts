import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import type { Account } from '../support/account.ts';
import { type Client, driver } from './driver.ts';

interface Sender {
  send(command: object): Promise<object>;
}
type Package = Readonly<Record<string, new (input: object) => object>>;

/** The client of each service, and its package, by the names that the scenarios use. */
const SERVICES = { cloudformation, eventbridge, kinesis, lambda, s3, sfn, sns, sqs } as unknown as Record<
  string,
  Package
>;
const CLIENTS: Readonly<Record<string, string>> = {
  ...{ cloudformation: 'CloudFormationClient', eventbridge: 'EventBridgeClient', lambda: 'LambdaClient' },
  ...{ kinesis: 'KinesisClient', s3: 'S3Client', sfn: 'SFNClient', sns: 'SNSClient', sqs: 'SQSClient' },
};

/** The AWS SDK for JavaScript, version 3. */
export function sdkV3({ connection }: Account): Client {
  const senders = new Map<string, Sender>();
  const senderOf = (service: string): Sender => {
    const known = senders.get(service);
    if (known !== undefined) return known;
    const Client = SERVICES[service]?.[CLIENTS[service] ?? ''];
    if (Client === undefined) throw new Error(`There is no client of ${service}.`);
    const made = new Client({ ...connection, forcePathStyle: true }) as Sender;
    senders.set(service, made);
    return made;
  };
  return driver(async (service, operation, input) => {
    const Command = SERVICES[service]?.[`${operation}Command`];
    if (Command === undefined) throw new Error(`There is no ${operation} of ${service}.`);
    const answer = (await senderOf(service).send(new Command(input))) as Record<string, unknown>;
    const body = answer['Body'] as { transformToString(): Promise<string> } | undefined;
    return service === 's3' && body !== undefined ? { ...answer, Body: await body.transformToString() } : answer;
  });
}
