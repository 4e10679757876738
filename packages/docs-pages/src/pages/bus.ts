import type { Documents } from '../documents.ts';
import { html } from '../html.ts';
import type { Content, View } from '../layout.ts';

/** All messages of the bus, by AsyncAPI's own component. */
export const busPage =
  (_documents: Documents) =>
  ({ texts, to, asset }: View): Content => ({
    title: texts.bus,
    styles: ['asyncapi.css'],
    scripts: ['bus.mjs'],
    body: html`
      <p>${texts.busIntro}</p>
      <noscript
        ><p>${texts.needsScript} <a href="${to('/asyncapi.json')}">asyncapi.json</a></p></noscript
      >
      <div id="asyncapi" lang="en" data-document="${asset('bus.json')}"></div>
    `,
  });
