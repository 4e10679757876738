import type { Documents, ProblemEntry } from '../documents.ts';
import { html, type Html } from '../html.ts';
import { type Content, jsonBlock, type View } from '../layout.ts';
import { operationAnchor } from '../operations.ts';
import type { Texts } from '../texts/en.ts';

/** One problem type: what it looks like, who answers it, and what a client does. */
export const problemPage =
  ({ openapi }: Documents, problem: ProblemEntry) =>
  (view: View): Content => {
    const { texts, to } = view;
    const { type, status, title, code, operations } = problem;
    return {
      title: code,
      body: html`
        <p class="lead" lang="en">${title}.</p>
        <dl>
          <dt>${texts.type}</dt>
          <dd><code>${type}</code></dd>
          <dt>${texts.status}</dt>
          <dd>${status}</dd>
        </dl>
        <h2>${texts.whatToDo}</h2>
        <p>${texts.retry[adviceOn(problem)]}</p>
        <h2>${texts.howItLooks}</h2>
        ${jsonBlock({ type, title, status, instance: '/v1/…' })}
        <h2>${texts.answeredBy}</h2>
        ${
          operations.length === 0
            ? html`<p>${whereElse(problem, texts)}</p>`
            : html`<ul>
                ${operations.map((it) => operationItem(openapi, it, to))}
              </ul>`
        }
        <p>
          <a href="${to('/docs/problems')}">${texts.problems}</a> ·
          <a href="${to(`/docs/problems/${code}.json`)}">JSON</a>
        </p>
      `,
    };
  };

function operationItem(openapi: Documents['openapi'], operation: string, to: View['to']): Html {
  const anchor = operationAnchor(openapi, operation);
  const name = html`<code>${operation}</code>`;
  return html`<li>${anchor === undefined ? name : html`<a href="${to(`/docs/services/${anchor}`)}">${name}</a>`}</li>`;
}

function whereElse({ edge, unrouted }: ProblemEntry, texts: Texts): string {
  if (edge === true) return texts.answeredByEdge;
  return unrouted === true ? texts.answeredUnrouted : texts.answeredByNone;
}

function adviceOn({ status }: ProblemEntry): keyof Texts['retry'] {
  if (status >= 500) return 'server';
  if (status === 429) return 'wait';
  if (status === 401 || status === 403) return 'access';
  return status === 409 || status === 412 || status === 428 ? 'conflict' : 'client';
}
