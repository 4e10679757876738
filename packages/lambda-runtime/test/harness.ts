import { join } from 'node:path';
import { createLambda, type FunctionConfig, type FunctionLogEvent, type Lambda, loggingOf } from '../src/index.ts';

export const FIXTURES = join(import.meta.dirname, 'fixtures', 'functions');

export interface Functions {
  readonly lambda: Lambda;
  /** Registers one of the fixture's handlers under a name of its own. */
  define(handler: string, overrides?: Partial<FunctionConfig>): string;
  /** What a function has written, as CloudWatch has it. */
  texts(name: string): string[];
  events(name: string): FunctionLogEvent[];
}

export function createFunctions(): Functions {
  const written: { readonly name: string; readonly event: FunctionLogEvent }[] = [];
  const lambda = createLambda({
    maxConcurrency: 2,
    watchIdleCpu: () => () => 1,
    output: ({ name }, event) => void written.push({ name, event }),
  });
  let count = 0;
  const events = (name: string): FunctionLogEvent[] =>
    written.filter((each) => each.name === name).map(({ event }) => event);
  return {
    lambda,
    define(handler, overrides = {}) {
      const name = `test-local-${(count += 1)}`;
      lambda.register({
        name,
        arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
        ...{ service: 'test', key: handler, runtime: 'nodejs24.x', taskRoot: FIXTURES },
        handler: `handlers.${handler}`,
        ...{ timeoutSeconds: 10, memoryMegabytes: 128, logging: loggingOf(name), environment: {} },
        ...overrides,
      });
      return name;
    },
    events,
    texts: (name) => events(name).map(({ text }) => text),
  };
}
