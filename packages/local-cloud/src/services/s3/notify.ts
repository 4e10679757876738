import type { Notification } from '@dure/s3-store';
import type { EventBridge, Target } from '../eventbridge/index.ts';

export interface NotifyOptions {
  readonly eventBridge: Pick<EventBridge, 'outlet' | 'compileTarget'>;
  readonly accountId: string;
  readonly region: string;
}

/** Of what a topic gets. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ways-to-add-notification-config-to-bucket.html */
const SUBJECT = 'Amazon S3 Notification';

/**
 * Sends what buckets have to tell by EventBridge's deliveries, so that it is on disk with the change and tried again.
 * A function that fails is the business of its asynchronous invocations.
 */
export function createNotify({ eventBridge, accountId, region }: NotifyOptions): (notification: Notification) => void {
  const bus = `arn:aws:events:${region}:${accountId}:event-bus/default`;
  const targets = new Map<string, Target>();
  const targetOf = (arn: string): Target => {
    const target = targets.get(arn) ?? { ...eventBridge.compileTarget({ Id: 's3', Arn: arn }), subject: SUBJECT };
    targets.set(arn, target);
    return target;
  };
  // Names are the bucket's and the destination's ARN, neither of which has a space.
  const send = eventBridge.outlet('s3', (name) => {
    const [bucketArn = '', arn = ''] = name.split(' ');
    return { route: { arn: bucketArn, rule: bucketArn }, target: targetOf(arn) };
  });
  return ({ bucket, destination = bus, id, label, message, at }) => {
    send(`arn:aws:s3:::${bucket} ${destination}`, { id, label, body: JSON.stringify(message), receivedAt: at });
  };
}
