import type * as z from 'zod/mini';

/** A value that a service takes up while it runs: published by operators, with a history, without a deployment. */
export interface ConfigurationContract<Schema extends z.ZodMiniType = z.ZodMiniType> {
  /** The service that takes it up. */
  readonly owner: string;
  readonly name: string;
  readonly schema: Schema;
  /** What holds while nothing was published, and where what was published cannot be read. */
  readonly initial: z.output<Schema>;
  readonly description: string;
}

/** Declares a value of `owner`. Whoever publishes one is held to the schema, and so is who takes it up. */
export const configuration = <Schema extends z.ZodMiniType>(
  owner: string,
  name: string,
  details: Omit<ConfigurationContract<Schema>, 'owner' | 'name'>,
): ConfigurationContract<Schema> => ({ owner, name, ...details });
