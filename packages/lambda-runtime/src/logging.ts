import type { Logging } from './function-config.ts';

const APPLICATION_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const SYSTEM_LEVELS = ['DEBUG', 'INFO', 'WARN'];
const NAMES = ['LogFormat', 'LogGroup', 'ApplicationLogLevel', 'SystemLogLevel'];

/**
 * A function's LoggingConfig with Lambda's defaults.
 * @throws TypeError that names the field, for what Lambda refuses
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
 */
export function loggingOf(functionName: string, given: Readonly<Record<string, unknown>> = {}): Logging {
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`LoggingConfig.${unknown} is not known; there are ${NAMES.join(', ')}.`);
  const { LogFormat = 'Text', LogGroup = `/aws/lambda/${functionName}` } = given;
  if (LogFormat !== 'Text' && LogFormat !== 'JSON') {
    throw new TypeError(`LoggingConfig.LogFormat: ${JSON.stringify(LogFormat)} is neither Text nor JSON.`);
  }
  const { ApplicationLogLevel, SystemLogLevel } = given;
  if (LogFormat === 'Text' && (ApplicationLogLevel ?? SystemLogLevel) !== undefined) {
    throw new TypeError('LoggingConfig: ApplicationLogLevel and SystemLogLevel need LogFormat JSON.');
  }
  return {
    LogFormat,
    LogGroup: String(LogGroup),
    ...(LogFormat === 'JSON' && {
      ApplicationLogLevel: oneOf('ApplicationLogLevel', ApplicationLogLevel, APPLICATION_LEVELS),
      SystemLogLevel: oneOf('SystemLogLevel', SystemLogLevel, SYSTEM_LEVELS),
    }),
  };
}

function oneOf(name: string, value: unknown = 'INFO', levels: readonly string[]): string {
  if (levels.includes(String(value))) return String(value);
  throw new TypeError(`LoggingConfig.${name}: ${JSON.stringify(value)} is none of ${levels.join(', ')}.`);
}
