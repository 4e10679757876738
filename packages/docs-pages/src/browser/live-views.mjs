import { el, instant, tableOf } from './dom.mjs';
import { askAll } from './registry.mjs';

/** What each part of a page shows. A view answers a node, `undefined` where there is nothing yet, or throws a Refusal. */
export const views = {
  async contracts({ api, texts, owner }) {
    const query = owner === undefined ? '' : `?owner=${encodeURIComponent(owner)}`;
    return contractsTable(await askAll(`${api}/contracts${query}`), texts);
  },

  async service({ api, texts, stage, owner }) {
    const { items } = await askAll(`${api}/stages/${stage}`, { missing: true });
    const running = items.filter(({ service }) => service === owner);
    if (running.length === 0) return undefined;
    const heads = [texts.release, texts.state, texts.owner, texts.since];
    return tableOf(
      heads,
      running.map((it) => [it.label, it.state, it.owner, instant(it.since)]),
    );
  },

  async changes({ api, texts, stage, part }) {
    const { items, more } = await askAll(`${api}/changes?view=${part}&stage=${stage}`, { pages: 1 });
    if (items.length === 0) return undefined;
    const heads = [texts.when, texts.what, texts.who];
    const table = tableOf(heads, items.map(changeRow));
    return more === undefined ? table : el('div', {}, table, moreButton(table, more, texts));
  },
};

const changeRow = ({ at, what, actor = '' }) => [instant(at), what, actor];

function moreButton(table, first, texts) {
  let next = first;
  const button = el('button', { type: 'button', onclick: () => void load() }, texts.more);
  const load = async () => {
    const { items, more } = await askAll(next, { pages: 1 });
    table.tBodies[0].append(...tableOf([], items.map(changeRow)).tBodies[0].rows);
    next = more;
    if (more === undefined) button.remove();
  };
  return button;
}

function contractsTable({ items }, texts) {
  if (items.length === 0) return undefined;
  const rows = items.map((it) => [
    el('code', {}, it.contract),
    it.kind,
    // Its owner is its only provider.
    it.contract.split('/')[0],
    it.deprecated === undefined ? '' : deprecation(it.deprecated, texts),
    consumersOf(it, texts),
  ]);
  return tableOf([texts.contract, texts.kind, texts.provider, texts.deprecated, texts.consumers], rows);
}

function deprecation({ since, sunset, successor }, texts) {
  const parts = [
    [texts.since, instant(since)],
    [texts.sunset, sunset && instant(sunset)],
    [texts.successor, successor],
  ];
  const shown = parts.filter(([, value]) => value !== undefined).flatMap(([name, value]) => [`${name} `, value, ' ']);
  return el('span', {}, ...shown);
}

/** A contract's consumers are asked for when they are looked at: a request each would be hundreds. */
function consumersOf({ contract, _links: { self } }, texts) {
  const list = el('ul', {});
  const details = el('details', {}, el('summary', { 'aria-label': `${texts.show}: ${contract}` }, texts.show), list);
  details.addEventListener('toggle', () => void fill(), { once: true });
  const fill = async () => {
    list.replaceChildren(el('li', {}, texts.loading));
    try {
      const { items } = await askAll(`${self.href}/consumers`);
      const lines = items.map(({ service, label, owner, use, fields }) =>
        el('li', {}, `${service} ${label} (${owner}) ${use} ${fields.join(', ')}`),
      );
      list.replaceChildren(...(lines.length === 0 ? [el('li', {}, texts.nobody)] : lines));
    } catch (error) {
      list.replaceChildren(el('li', {}, texts[error.problem] ?? texts.unreachable));
    }
  };
  return details;
}
