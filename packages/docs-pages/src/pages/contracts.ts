import { html } from '../html.ts';
import { type Content, live, type View } from '../layout.ts';

/** Who provides and who uses each contract, as the registry says. */
export const contractsPage =
  () =>
  (view: View): Content => ({
    title: view.texts.contracts,
    scripts: ['live.mjs'],
    body: html`
      <p>${view.texts.contractsIntro}</p>
      ${live(view, 'contracts')}
    `,
  });
