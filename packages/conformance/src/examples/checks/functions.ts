import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Check } from '../check.ts';
import { resourceOf } from '../deployed.ts';
import { inTime } from './in-time.ts';
import { shortened } from './shortened.ts';

const FUNCTION = 'AWS::Lambda::Function';

/**
 * As `serverless invoke` does.
 * @param name of the function in serverless.yml
 */
export const invoke =
  (name: string, payload: unknown, contains: string): Check =>
  async (service) => {
    const FunctionName = await resourceOf(service, FUNCTION, `-${name}`);
    const { FunctionError: failed, Payload: answer } = await new LambdaClient(service.connection).send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }),
    );
    const text = Buffer.from(answer ?? []).toString();
    return failed === undefined && text.includes(contains) ? undefined : `${name}: ${shortened(text)}`;
  };

/** As `serverless logs` shows it, in time. */
export const logs =
  (name: string, contains: string): Check =>
  async (service) => {
    const logGroupName = `/aws/lambda/${await resourceOf(service, FUNCTION, `-${name}`)}`;
    const client = new CloudWatchLogsClient(service.connection);
    return inTime(async () => {
      const { events = [] } = await client
        .send(new FilterLogEventsCommand({ logGroupName }))
        .catch(() => ({ events: [] }));
      const lines = events.map(({ message = '' }) => message);
      if (lines.some((line) => line.includes(contains))) return undefined;
      return `${name} logs ${shortened(lines.join(' ')) || 'nothing'}`;
    });
  };
