import { AwsError } from '../../shared/protocols/aws-error.ts';

/** What EventBridge answers to a pattern that it refuses. AWS appends the position in the text, which is left out. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
