import type { Documents } from '../documents.ts';
import { html } from '../html.ts';
import type { Content, View } from '../layout.ts';
import { operationsOf } from '../operations.ts';

/** The index: a card per service, and the documents for machines. */
export const startPage =
  ({ openapi, messages }: Documents) =>
  ({ texts, to }: View): Content => ({
    title: texts.services,
    body: html`
      <p>${texts.intro}</p>
      <ul class="cards">
        ${Object.entries(openapi).map(
          ([owner, document]) =>
            html`<li>
              <h2><a href="${to(`/docs/services/${owner}`)}">${owner}</a></h2>
              <p>
                ${texts.operations(operationsOf(document).length)} ·
                ${texts.messages(messages.filter((it) => it.owner === owner).length)}
              </p>
            </li>`,
        )}
      </ul>
      <h2>${texts.machines}</h2>
      <p>${texts.machinesIntro}</p>
      <ul>
        ${[
          '/.well-known/api-catalog',
          ...Object.keys(openapi).map((owner) => `/openapi/${owner}.json`),
          '/asyncapi.json',
          '/problems.json',
        ].map(
          (address) =>
            html`<li>
              <a href="${to(address)}"><code>${address}</code></a>
            </li>`,
        )}
      </ul>
    `,
  });
