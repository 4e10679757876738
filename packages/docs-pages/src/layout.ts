import { html, type Html } from './html.ts';
import { en, type Texts } from './texts/en.ts';
import { ko } from './texts/ko.ts';

/** What a page is made with. */
export interface View {
  /** Its own, below the API: `/docs/bus`. */
  readonly address: string;
  readonly texts: Texts;
  /** The way to another address from this one. */
  readonly to: (address: string) => string;
  /** The way to a script or a style, by its name. */
  readonly asset: (name: string) => string;
}

export interface Content {
  readonly title: string;
  readonly body: Html;
  /** Loaded in this order, after the page. */
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
}

/** The whole page: nothing inline, so that a strict policy for content can hold. */
export function layout(view: View, { title, body, scripts = [], styles = [] }: Content): string {
  const { texts, to, asset, address } = view;
  return html`<!doctype html>
    <html lang="${texts.lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${texts.site}</title>
        <link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml" />
        ${['page.css', ...styles].map((name) => html`<link rel="stylesheet" href="${asset(name)}" />`)}
        ${scripts.map((name) => html`<script src="${asset(name)}" ${name.endsWith('.mjs') ? html`type="module"` : html`defer`}></script>`)}
      </head>
      <body>
        <a class="skip" href="#content">${texts.skip}</a>
        <header>
          <p class="site"><a href="${to('/docs')}">${texts.site}</a></p>
          <nav aria-label="${texts.navigation}">
            ${entries(texts).map(
              ([target, name]) =>
                html`<a href="${to(target)}" ${address === target && html`aria-current="page"`}>${name}</a> `,
            )}
          </nav>
          <nav class="languages" aria-label="${texts.language}">
            ${[en, ko].map(
              ({ lang, name }) =>
                html`<a
                  href="?lang=${lang}"
                  lang="${lang}"
                  hreflang="${lang}"
                  ${lang === texts.lang && html`aria-current="true"`}
                  >${name}</a
                > `,
            )}
          </nav>
        </header>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text.replace(/^ +/gm, '');
}

const entries = (texts: Texts): [string, string][] => [
  ['/docs', texts.services],
  ['/docs/bus', texts.bus],
  ['/docs/contracts', texts.contracts],
  ['/docs/changes', texts.changes],
  ['/docs/problems', texts.problems],
];

/** A table that scrolls by itself where the window is narrow, and by the keyboard. */
export const table = (label: string, heads: readonly string[], rows: readonly Html[], id?: string): Html =>
  html`<div class="scrolls" role="region" aria-label="${label}" tabindex="0">
    <table ${id !== undefined && html`id="${id}"`}>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;

/** A block of JSON. Its lines keep their indentation, which the layout takes off elsewhere. */
export const jsonBlock = (value: unknown): Html =>
  html`<pre
    tabindex="0"
  ><code>${JSON.stringify(value, undefined, 2).replace(/^ +/gm, (spaces) => '\u00a0'.repeat(spaces.length))}</code></pre>`;

/** Where a script shows what the registry says; until then, and if it says nothing, a sentence. */
export const live = (view: View, kind: string, data: Readonly<Record<string, string>> = {}): Html =>
  html`<div
    class="live"
    data-live="${kind}"
    data-api="${view.to('/v1')}"
    data-docs="${view.to('/docs')}"
    ${Object.entries(data).map(([name, value]) => html`data-${name}="${value}" `)}
    data-texts="${JSON.stringify(liveTexts(view.texts))}"
    aria-live="polite"
    aria-busy="true"
  >
    <p>${view.texts.loading}</p>
  </div>`;

/** Texts that scripts show, by their names in {@link Texts}. */
const LIVE = [
  ...['loading', 'noData', 'unreachable', 'needsKey', 'apiKey', 'useKey', 'owner', 'provider', 'consumers', 'contract'],
  ...['kind', 'deprecated', 'when', 'what', 'who', 'release', 'state', 'more', 'show', 'since', 'sunset', 'successor'],
  'nobody',
];

const liveTexts = (texts: Texts): object =>
  Object.fromEntries(Object.entries(texts).filter(([name]) => LIVE.includes(name)));
