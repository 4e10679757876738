import { recordOf, type LogStore } from '../../shared/log-store.ts';

/** Writes a line of an API's access log into the log group that its stage names. */
export const accessLogIn =
  (store: LogStore) =>
  (destinationArn: string, line: string): void => {
    const record = recordOf({ service: 'apigateway', function: 'access-log' }, 'stdout', line);
    store.write({ ...record, logGroup: groupOf(destinationArn) });
  };

/** `arn:aws:logs:us-east-1:000000000000:log-group:/aws/x:*` → `/aws/x` */
export const groupOf = (arn: string): string => (arn.split(':log-group:').at(-1) ?? '').replace(/:\*$/, '');
