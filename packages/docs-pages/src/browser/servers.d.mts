/** The servers to try, the first one first. */
export function serversOf(known: {
  readonly owner: string;
  /** The registry's own address: `http://localhost:4000/registry/local/`. */
  readonly base: string;
  /** Where the service answers, as the registry knows. */
  readonly endpoints: readonly string[];
  readonly spec: { readonly servers?: readonly { readonly url: string }[] };
}): { readonly url: string }[];
