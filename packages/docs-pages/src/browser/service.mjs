// Shows a service's REST API, with servers where this page can reach them.
import { ask, askAll } from './registry.mjs';
import { serversOf } from './servers.mjs';

const element = document.getElementById('swagger-ui');
const { document: address, owner, api } = element.dataset;
const [answer, endpoints] = await Promise.all([fetch(address), endpointsOf()]);
// swagger-ui knows one dialect only, and warns of any name for another, also of that of JSON Schema itself.
const spec = await answer.json();
delete spec.jsonSchemaDialect;

globalThis.SwaggerUIBundle({
  spec: {
    ...spec,
    servers: serversOf({ owner, base: new URL('.', new URL(api, location.href)).href, endpoints, spec }),
  },
  domNode: element,
  deepLinking: true,
  // Otherwise it would send the document's address to its maker's validator.
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  plugins: [plainLayout],
  layout: 'PlainLayout',
  onComplete: () => element.removeAttribute('aria-busy'),
});

/** What swagger-ui shows, without a title and a main part of its own: the page has both. */
function plainLayout({ React: { createElement: h }, getComponent }) {
  const part = (name, container = true) => h(getComponent(name, container));
  const PlainLayout = () =>
    h(
      'div',
      { className: 'swagger-ui' },
      h(getComponent('SvgAssets')),
      h(
        'div',
        { className: 'scheme-container schemes wrapper' },
        part('ServersContainer'),
        part('AuthorizeBtnContainer'),
      ),
      part('errors'),
      h('div', { className: 'wrapper' }, part('operations')),
      h('div', { className: 'wrapper' }, part('Models')),
    );
  return { components: { PlainLayout } };
}

/** Where the service answers in this stage, if the registry knows. */
async function endpointsOf() {
  try {
    const { stage } = await ask(`${api}/version`);
    const { items } = await askAll(`${api}/stages/${stage}/endpoints?service=${encodeURIComponent(owner)}`);
    return items.map(({ url }) => url);
  } catch {
    return [];
  }
}
