const SOURCES = '^packages/local-cloud/src';
/** One service of AWS. Lambda's parts count as one each. */
const SERVICE = `${SOURCES}/services/(lambda/[^/]+|[^/]+)/`;
const INDEX_OF_SERVICE = `${SOURCES}/services/(?:lambda/)?[^/]+/index\\.ts$`;

/** What each layer must not import: layers above or beside it. */
const ABOVE = {
  shared: ['services', 'faults', 'sandboxes', 'account', 'workspace', 'cli'],
  services: ['faults', 'sandboxes', 'account', 'workspace', 'cli'],
  faults: ['sandboxes', 'account', 'workspace', 'cli'],
  sandboxes: ['account', 'workspace', 'cli'],
  account: ['workspace', 'cli'],
  workspace: ['account', 'cli'],
};

/**
 * The layers of packages/local-cloud: `cli → account | workspace → sandboxes → faults → services → shared`. A service
 * is reached from other services, and from faults, by its `index.ts` alone.
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
export function localCloudLayers() {
  return [
    ...Object.entries(ABOVE).map(([layer, above]) => ({
      name: `layers:${layer}`,
      comment: `Move what ${layer}/ needs down into it or into shared/, or pass it in.`,
      severity: /** @type {const} */ ('error'),
      from: { path: `${SOURCES}/${layer}/` },
      to: { path: `${SOURCES}/(${above.join('|')})/` },
    })),
    {
      name: 'service-index:services',
      comment: "Export it from the service's index.ts, and import it from there.",
      severity: 'error',
      from: { path: SERVICE },
      to: { path: `${SOURCES}/services/`, pathNot: [`${SOURCES}/services/$1/`, INDEX_OF_SERVICE] },
    },
    {
      name: 'service-index:others',
      comment: "Export it from the service's index.ts, and import it from there.",
      severity: 'error',
      from: { path: `${SOURCES}/(faults/|services/[^/]+$)` },
      to: { path: `${SOURCES}/services/[^/]+/`, pathNot: INDEX_OF_SERVICE },
    },
  ];
}
