import type { Documents } from '../documents.ts';
import { html } from '../html.ts';
import { type Content, table, type View } from '../layout.ts';

/** Every problem type, with its status. */
export const problemsPage =
  ({ problems }: Documents) =>
  ({ texts, to }: View): Content => ({
    title: texts.problems,
    body: html`
      <p>${texts.problemsIntro}</p>
      ${table(
        texts.problems,
        [texts.code, texts.status, texts.title],
        problems.map(
          ({ code, status, title }) =>
            html`<tr>
              <th scope="row">
                <a href="${to(`/docs/problems/${code}`)}"><code>${code}</code></a>
              </th>
              <td>${status}</td>
              <td lang="en">${title}</td>
            </tr>`,
        ),
      )}
    `,
  });
