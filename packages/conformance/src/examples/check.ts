/** What a README says that one sees: an answer over HTTP, or of a function. */
export type Check =
  | {
      readonly method: string;
      /** From the address of the service's API. */
      readonly path: string;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly status: number;
      readonly contains: string;
    }
  | { readonly invoke: string; readonly payload: unknown; readonly contains: string };

export const get = (path: string, contains: string, status = 200, headers = {}): Check => ({
  ...{ method: 'GET', path, status, contains, headers },
});

export const post = (path: string, body: unknown, contains: string, status = 200, headers = {}): Check => ({
  ...{ method: 'POST', path, body, status, contains, headers },
});

/** @param name of the function in serverless.yml */
export const invoke = (name: string, payload: unknown, contains: string): Check => ({
  invoke: name,
  payload,
  contains,
});

export interface Example {
  /** Files to write before the deploy: what a README asks its reader to fill in. */
  readonly files?: Readonly<Record<string, string>>;
  /** Placeholders of serverless.yml with what stands for them. */
  readonly fill?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders of its services in the order of their deploys, where there are several. */
  readonly services?: readonly string[];
  /** Nothing where only a service outside of AWS could answer. */
  readonly checks: readonly Check[];
}
