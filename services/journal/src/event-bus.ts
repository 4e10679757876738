import {
  DescribeReplayCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { ReplayRequest, ReplayState } from './domain/replay.ts';

export interface BusNames {
  readonly stage: string;
  readonly busArn: string;
  readonly archiveArn: string;
}

/** The archive of the bus. */
export interface Bus {
  /** The rules that lead to a consumer's queue. */
  rulesOf(consumer: string): Promise<string[]>;
  /** Starts a replay to these rules only; starting it again is a no-op. */
  startReplay(request: ReplayRequest, ruleArns: readonly string[]): Promise<'started' | 'too-many-replays'>;
  /** Undefined when it was never started. */
  describeReplay(replayId: string): Promise<ReplayState | undefined>;
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
export function openBus({ stage, busArn, archiveArn }: BusNames): Bus {
  const client = new EventBridgeClient({
    maxAttempts: 4,
    requestHandler: answerWithin(8_000),
  });
  const [, , , region, account] = busArn.split(':');
  const busName = busArn.split('/').at(-1) ?? '';
  const replayName = (replayId: string) => `dure-${stage}-${replayId}`;
  return {
    async rulesOf(consumer) {
      const TargetArn = `arn:aws:sqs:${region}:${account}:dure-${stage}-${consumer.replace('/', '-')}`;
      const names: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await client.send(
          new ListRuleNamesByTargetCommand({ TargetArn, EventBusName: busName, NextToken }),
        );
        names.push(...(page.RuleNames ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return names.map((name) => `${busArn.replace(':event-bus/', ':rule/')}/${name}`);
    },

    async startReplay({ replayId, from, to, actor }, ruleArns) {
      try {
        await client.send(
          new StartReplayCommand({
            ReplayName: replayName(replayId),
            Description: `requested by ${actor}`.slice(0, 512),
            EventSourceArn: archiveArn,
            EventStartTime: new Date(from),
            EventEndTime: new Date(to),
            Destination: { Arn: busArn, FilterArns: [...ruleArns] },
          }),
        );
        return 'started';
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (error.name === 'ResourceAlreadyExistsException') return 'started';
        if (error.name === 'LimitExceededException') return 'too-many-replays';
        throw error;
      }
    },

    async describeReplay(replayId) {
      try {
        const replay = await client.send(new DescribeReplayCommand({ ReplayName: replayName(replayId) }));
        return {
          status: STATUS[replay.State ?? 'STARTING'] ?? 'running',
          lastReplayedAt: replay.EventLastReplayedTime?.toISOString(),
          reason: replay.StateReason,
        };
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
  };
}

const STATUS: Readonly<Record<string, ReplayState['status']>> = {
  STARTING: 'starting',
  RUNNING: 'running',
  COMPLETED: 'completed',
  CANCELLING: 'cancelled',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
};
