import { REGION } from '../../shared/aws-environment.ts';

/** What stands before the account in URLs of a region's queues, so that those of two regions differ, as on AWS. */
export const queuePathOf = (region: string): string => (region === REGION ? '' : `/queue/${region}`);

/** Makes the URLs that queues have on AWS lead to an endpoint here: `http://127.0.0.1:4566`. */
export function reachableQueues(endpoint: string, region: string): (text: string) => string {
  return (text) => text.replaceAll(`https://sqs.${region}.amazonaws.com/`, `${endpoint}${queuePathOf(region)}/`);
}
