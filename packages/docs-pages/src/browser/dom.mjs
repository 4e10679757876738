/** An element with attributes and children. Text is only ever text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** @param {readonly (readonly (Node | string)[])[]} rows the first cell of each names the row */
export function tableOf(heads, rows) {
  const head = el('thead', {}, el('tr', {}, ...heads.map((text) => el('th', { scope: 'col' }, text))));
  const lines = rows.map(([first, ...cells]) =>
    el('tr', {}, el('th', { scope: 'row' }, first), ...cells.map((cell) => el('td', {}, cell))),
  );
  return el('table', {}, head, el('tbody', {}, ...lines));
}

/** An instant in the page's language, with the exact one in its title. */
export const instant = (text) => {
  const { lang } = document.documentElement;
  const shown = new Date(text).toLocaleString(lang, { dateStyle: 'medium', timeStyle: 'short' });
  return el('time', { datetime: text, title: text }, shown);
};
