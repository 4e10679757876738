import { AwsError } from '@dure/aws-protocols/aws-error';
import { readLine, readPattern } from '@dure/cloudwatch';

/**
 * Reads a filter pattern for what a log group has: whether a message matches.
 * @throws AwsError `InvalidParameterException` for a pattern that is not read here
 */
export function messagesLike(pattern: string): (message: string) => boolean {
  if (pattern.trim() === '') return () => true;
  try {
    const matches = readPattern(pattern);
    return (text) => matches(readLine(text));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new AwsError('InvalidParameterException', error.message);
  }
}
