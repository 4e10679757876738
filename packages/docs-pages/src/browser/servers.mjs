/**
 * The servers to try, the first one first: what the registry knows, the address beside the registry where several services
 * share a host, and what the document says.
 * @param {{ owner: string, base: string, endpoints: readonly string[], spec: { servers?: readonly object[] } }} known
 *   `base` is the registry's own address: `http://localhost:4000/registry/local/`
 */
export function serversOf({ owner, base, endpoints, spec }) {
  const url = base.replace(/\/$/, '');
  const beside = owner === 'registry' ? url : siblingOf(url, owner);
  const known = [...endpoints, ...(beside === undefined ? [] : [beside])];
  return [...new Set(known)].map((it) => ({ url: it })).concat(spec.servers ?? []);
}

/** `…/registry/local` → `…/orders/local`; undefined where the address does not name the registry. */
function siblingOf(url, owner) {
  const { origin, pathname } = new URL(url);
  const parts = pathname.split('/');
  const at = parts.indexOf('registry');
  return at < 0 ? undefined : origin + parts.with(at, owner).join('/');
}
