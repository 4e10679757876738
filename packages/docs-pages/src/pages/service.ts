import type { Documents, JsonObject, MessageEntry } from '../documents.ts';
import { fieldsOf } from '../fields.ts';
import { html, type Html } from '../html.ts';
import { type Content, jsonBlock, live, table, type View } from '../layout.ts';

/** One service: its REST API by swagger-ui, its messages, and what the registry says of it. */
export const servicePage =
  (documents: Documents, owner: string) =>
  (view: View): Content => {
    const { texts, to } = view;
    const own = documents.messages.filter((message) => message.owner === owner);
    const openapi = to(`/openapi/${owner}.json`);
    return {
      title: texts.service(owner),
      styles: ['swagger-ui.css'],
      scripts: ['swagger-ui.js', 'service.mjs', 'live.mjs'],
      body: html`
        <h2>${texts.live}</h2>
        ${live(view, 'service', { owner })}
        <h2>${texts.rest}</h2>
        <p>${texts.restHint}</p>
        <noscript
          ><p>${texts.needsScript} <a href="${openapi}">${owner}.json</a></p></noscript
        >
        <div
          id="swagger-ui"
          lang="en"
          aria-busy="true"
          data-document="${openapi}"
          data-owner="${owner}"
          data-api="${to('/v1')}"
        ></div>
        <h2>${texts.events}</h2>
        ${own.length === 0 ? html`<p>${texts.noEvents}</p>` : own.map((message) => messagePart(documents, message, view))}
        <h2>${texts.contracts}</h2>
        ${live(view, 'contracts', { owner })}
      `,
    };
  };

function messagePart(documents: Documents, message: MessageEntry, { texts }: View): Html {
  const { name, major, kind, senders, file, owner } = message;
  const title = `${name}.v${major}`;
  const schema = documents.schemas[file]!;
  const { summary, example } = shownOf(documents.asyncapi, `${owner}.${title}`);
  const rows = fieldsOf(schema).map(
    (field) =>
      html`<tr>
        <th scope="row"><code>${field.path}</code></th>
        <td><code>${field.type}</code></td>
        <td>${field.required ? texts.yes : texts.no}</td>
        <td lang="en">${field.description}</td>
      </tr>`,
  );
  return html`<details id="${title}">
    <summary>
      <h3>${title}</h3>
      <span class="kind">${texts[kind]}</span> <span lang="en">${summary}</span>
    </summary>
    <p>${texts.sentBy}: ${senders.join(', ')}</p>
    ${rows.length > 0 && table(texts.dataOf(title), [texts.field, texts.type, texts.required, texts.description], rows)}
    <h4>${texts.example}</h4>
    ${jsonBlock(example)}
  </details>`;
}

/** What AsyncAPI's document says of a message. */
function shownOf(asyncapi: JsonObject, name: string): { summary: string; example: unknown } {
  const { messages } = asyncapi['components'] as { messages: Record<string, JsonObject> };
  const { summary = '', examples } = messages[name]!;
  return {
    summary: String(summary),
    example: (examples as unknown as { payload: unknown }[] | undefined)?.[0]?.payload,
  };
}
