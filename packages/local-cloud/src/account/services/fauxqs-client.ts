import { unchecked } from '../../signature.ts';

/** What the emulator of SQS, SNS and S3 offers over HTTP alone. */
export interface FauxqsClient {
  readObject(bucket: string, key: string): Promise<Buffer>;
  bucketExists(name: string): Promise<boolean>;
  /** @throws Error when it is not empty. Nothing happens when there is none. */
  deleteBucket(name: string): Promise<void>;
  /** Ends a queue's subscription of a topic, if there is one. */
  unsubscribe(topicArn: string, endpoint: string): Promise<void>;
}

const DEADLINE_MS = 10_000;
const SIGNED = { authorization: unchecked('s3') };

export function createFauxqsClient(endpoint: string): FauxqsClient {
  const request = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${endpoint}${path}`, { ...init, headers: SIGNED, signal: AbortSignal.timeout(DEADLINE_MS) });

  async function sns(action: string, parameters: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ Action: action, Version: '2010-03-31', ...parameters });
    const response = await request('/', { method: 'POST', body });
    const text = await response.text();
    if (!response.ok) throw new Error(messageOf(text));
    return text;
  }

  return {
    async readObject(bucket, key) {
      const path = key.split('/').map(encodeURIComponent).join('/');
      const response = await request(`/${bucket}/${path}`);
      if (!response.ok) throw new Error(messageOf(await response.text()));
      return Buffer.from(await response.arrayBuffer());
    },
    bucketExists: async (name) => (await request(`/${name}`, { method: 'HEAD' })).ok,
    async deleteBucket(name) {
      const response = await request(`/${name}`, { method: 'DELETE' });
      if (!response.ok && response.status !== 404) throw new Error(messageOf(await response.text()));
    },
    async unsubscribe(topicArn, subscriber) {
      const listed = await sns('ListSubscriptionsByTopic', { TopicArn: topicArn }).catch(() => '');
      for (const [, member = ''] of listed.matchAll(/<member>([\s\S]*?)<\/member>/g)) {
        if (element(member, 'Endpoint') !== subscriber) continue;
        await sns('Unsubscribe', { SubscriptionArn: element(member, 'SubscriptionArn') });
      }
    },
  };
}

const element = (xml: string, name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';

const messageOf = (xml: string): string => element(xml, 'Message') || xml;
