import { createSns as createTopics, type Sns as Topics, type SnsOptions } from '@dure/sns';
import { inTransaction } from '../../shared/sqlite.ts';
import type { FindRoute } from '../eventbridge/index.ts';
import { functionRoute } from './function-route.ts';

export { isCertificatePath, sendCertificate } from '@dure/sns';
export { snsResourceTypes } from './resource-types.ts';

export interface Sns extends Topics {
  /** Where notifications to a function go; undefined once it has unsubscribed. */
  readonly routeOf: FindRoute;
}

/** Simple Notification Service, whose topics and subscriptions are in the local cloud's database. */
export function createSns(options: Omit<SnsOptions, 'atomically'>): Sns {
  const topics = createTopics({ ...options, atomically: (work) => inTransaction(options.database, work) });
  return {
    ...topics,
    routeOf(arn) {
      const subscription = topics.subscription(arn);
      return subscription && functionRoute(subscription);
    },
  };
}
