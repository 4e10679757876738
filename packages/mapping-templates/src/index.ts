import { createRequire } from 'node:module';
import type { parse } from 'velocityjs';
import { createInput, type Params } from './input.ts';
import { JAVA_METHODS } from './java-methods.ts';
import { UTIL } from './util.ts';

export type { Params } from './input.ts';

const require = createRequire(import.meta.url);
/** Loaded with the first template: most programs that can have one have none. */
const velocity = () => require('velocityjs') as typeof import('velocityjs');

export interface TemplateInput {
  /** As it came: of a request, or of the integration's answer. */
  readonly body: string;
  readonly params: Params;
  /** `$context`, nested: `{ identity: { sourceIp: '127.0.0.1' } }`. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** What a template puts in the place of what was there. */
export interface Override {
  readonly status?: number;
  readonly header: Readonly<Record<string, string>>;
}

export interface Rendered {
  readonly text: string;
  readonly responseOverride: Override;
}

export type MappingTemplate = (input: TemplateInput) => Rendered;

/** A template that cannot be read as Velocity. */
export class InvalidTemplateError extends Error {
  override readonly name = 'InvalidTemplateError';
}

/**
 * A mapping template of API Gateway.
 * @throws InvalidTemplateError
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function compileTemplate(text: string): MappingTemplate {
  const { Compile } = velocity();
  const asts = parsed(text);
  return ({ body, params, context, stageVariables }) => {
    const live = {
      ...structuredClone(context),
      requestOverride: { header: {}, path: {}, querystring: {} },
      responseOverride: { header: {} } as Record<string, unknown>,
    };
    const variables = {
      input: createInput(body, params),
      context: live,
      stageVariables: { ...stageVariables },
      util: UTIL,
    };
    const rendered = new Compile(structuredClone(asts), { customMethodHandlers: JAVA_METHODS }).render(
      variables,
      {},
      true,
    );
    return { text: rendered, responseOverride: overrideOf(live.responseOverride) };
  };
}

function parsed(text: string): ReturnType<typeof parse> {
  try {
    return velocity().parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidTemplateError(`The template is no Velocity: ${reason}`, { cause: error });
  }
}

function overrideOf({ status, header }: Readonly<Record<string, unknown>>): Override {
  const headers = Object.entries((header ?? {}) as Record<string, unknown>).map(([name, value]) => [
    name,
    String(value),
  ]);
  const number = Number(status);
  return {
    ...(Number.isInteger(number) && number >= 100 && number <= 599 && { status: number }),
    header: Object.fromEntries(headers) as Record<string, string>,
  };
}
