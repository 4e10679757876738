import { html } from '../html.ts';
import type { Content, View } from '../layout.ts';

/** For an address that there is not. It may be at any depth, so the server puts the way back into its header too. */
export const notFoundPage =
  () =>
  ({ texts, to }: View): Content => ({
    title: texts.notFound,
    body: html`<p>${texts.notFoundHint}</p>
      <p><a href="${to('/docs')}">${texts.back}</a></p>`,
  });
