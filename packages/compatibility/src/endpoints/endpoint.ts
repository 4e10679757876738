import type { Schema } from '../schema/schema.ts';

export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

/** A body: of one media type, or of several, by name. */
export interface Body {
  /** `application/json` when a schema stands without one. */
  readonly mediaType?: string;
  readonly schema?: Schema;
  readonly content?: Readonly<Record<string, Schema>>;
}

export interface Response extends Body {
  /** The headers that every such answer has, by name. */
  readonly headers?: Readonly<Record<string, Schema>>;
}

/** By the names of security schemes, the scopes that are needed. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** An endpoint as one JSON document. Its schemas refer into its own `$defs`. */
export interface EndpointSchema {
  readonly method: string;
  /** `/v1/orders/{orderId}` */
  readonly path: string;
  readonly parameters?: readonly Parameter[];
  readonly request?: Body & { readonly required?: boolean };
  /** By status: `200`, `4XX`, `default`. */
  readonly responses: Readonly<Record<string, Response>>;
  /** Any one of these is enough; without it, or empty, none is needed. */
  readonly security?: readonly SecurityRequirement[];
  readonly deprecated?: boolean;
  readonly $defs?: Readonly<Record<string, unknown>>;
  /** Where an OpenAPI document keeps what its schemas refer to. */
  readonly components?: unknown;
}

/** The schemas of a body by media type, each with what it refers to. */
export function contentOf(body: Body | undefined, { $defs, components }: EndpointSchema): Map<string, Schema> {
  if (body === undefined) return new Map();
  const { mediaType = 'application/json', schema, content } = body;
  const named = body.mediaType === undefined && schema === undefined ? {} : { [mediaType]: schema ?? {} };
  const all = Object.entries({ ...named, ...content });
  return new Map(all.map(([type, it]) => [type.toLowerCase(), withParts(it, { $defs, components })]));
}

/** A schema that can be read alone. */
export const withParts = (
  schema: Schema,
  { $defs, components }: Pick<EndpointSchema, '$defs' | 'components'>,
): Schema => ({
  ...schema,
  ...($defs === undefined ? {} : { $defs }),
  ...(components === undefined ? {} : { components }),
});
