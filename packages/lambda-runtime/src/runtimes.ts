import { findPython } from './python/find-python.ts';

/** Runtimes that run here, all on the Node.js of this machine. AWS takes no new function of an older one. */
const NODE = ['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'];
/** On the Python of this machine. */
const PYTHON = ['python3.9', 'python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14'];
const SUPPORTED = [...NODE, ...PYTHON];
const RETIRED = /^(?:nodejs(?:4\.3(?:-edge)?|6\.10|8\.10|10\.x|12\.x|14\.x)?|python(?:2\.7|3\.[678]))$/;

/**
 * @throws TypeError for a runtime that does not run here, and for Python where this machine has none
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export function checkRuntime(runtime: string): void {
  if (RETIRED.test(runtime)) {
    throw new TypeError(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        `Use one of ${SUPPORTED.join(', ')}.`,
    );
  }
  if (!SUPPORTED.includes(runtime)) {
    throw new TypeError(`The runtime ${runtime} is not run here; use one of ${SUPPORTED.join(', ')}.`);
  }
  if (isPython(runtime)) findPython(runtime);
}

export const isPython = (runtime: string): boolean => runtime.startsWith('python');

/** Up to Node.js 22 a handler may call back. */
export const hasCallbacks = (runtime: string): boolean => Number(/^nodejs(\d+)/.exec(runtime)?.[1]) < 24;
