import { html } from '../html.ts';
import { type Content, live, type View } from '../layout.ts';

/** The change log, what is planned and what is deprecated, as the registry says. */
export const changesPage =
  () =>
  (view: View): Content => ({
    title: view.texts.changes,
    scripts: ['live.mjs'],
    body: html`
      <p>${view.texts.changesIntro}</p>
      ${(['current', 'plan', 'history'] as const).map(
        (part) =>
          html`<h2>${view.texts[part]}</h2>
            ${live(view, 'changes', { part })}`,
      )}
    `,
  });
