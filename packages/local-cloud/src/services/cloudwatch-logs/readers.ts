import type { CloudWatch } from '@dure/cloudwatch';
import type { LogLine, Subscriptions } from './subscriptions.ts';

/** Who reads the lines of log groups as they come. */
export interface LogReaders {
  readonly subscriptions?: Pick<Subscriptions, 'offer'> | undefined;
  readonly cloudWatch?: Pick<CloudWatch, 'logged'> | undefined;
}

/** Hands a line to who subscribes to its group, and to the group's metric filters. */
export type HandLine = (logGroup: string, line: LogLine) => void;

/** @param readers those that are there yet: functions write before all of them are */
export const handTo =
  (readers: () => LogReaders): HandLine =>
  (logGroup, line) => {
    const { subscriptions, cloudWatch } = readers();
    subscriptions?.offer(logGroup, line);
    cloudWatch?.logged(logGroup, line.message);
  };
