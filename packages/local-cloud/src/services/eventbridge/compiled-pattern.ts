import { compilePattern, InvalidPatternError } from '@dure/event-patterns';
import { AwsError } from '@dure/aws-protocols/aws-error';

/** Compiles the text of a pattern. @throws AwsError `InvalidEventPatternException` */
export function compiledPattern(pattern: string): (event: unknown) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    throw error instanceof InvalidPatternError ? new AwsError(error.code, error.message) : error;
  }
}
