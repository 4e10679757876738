import type { IncomingMessage, ServerResponse } from 'node:http';
import { limitOf } from '@dure/local-http/query';
import { sendJson, sendProblem } from '@dure/local-http/respond';
import { requestUrl } from '@dure/local-http/request-url';
import { escapeHtml as escape } from '../../shared/escape-html.ts';
import type { EmailQuery, SentEmail } from './index.ts';

/** Answers `/_cloud/emails?to=&limit=`: a page for a person's browser, JSON for all others. */
export function createEmailsApi(sent: (query: EmailQuery) => SentEmail[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendProblem(response, 405, 'Method Not Allowed', 'Mails can only be read.');
    }
    const query = Object.fromEntries(requestUrl(request).searchParams);
    const emails = sent({ ...(query['to'] && { to: query['to'] }), limit: limitOf(query) });
    if (!(request.headers.accept ?? '').includes('text/html')) return sendJson(response, 200, { emails });
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page(emails));
  };
}

/** A mail's own HTML is shown in a frame that runs no scripts and loads nothing. */
function page(emails: readonly SentEmail[]): string {
  const list = emails.map(
    ({ from, to, subject, sentAt, text, html }) => `<details>
<summary><b>${escape(subject)}</b> to ${escape(to.join(', '))}, ${escape(sentAt)}</summary>
<p>From ${escape(from)}</p>
${text === undefined ? '' : `<pre>${escape(text)}</pre>`}
${html === undefined ? '' : `<iframe sandbox="" srcdoc="${escape(html)}"></iframe>`}
</details>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>E-mail that did not leave this machine</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
pre { white-space: pre-wrap; background: #8881; padding: 1rem; } iframe { width: 100%; height: 30rem; border: 1px solid #8888; }
</style>
</head>
<body>
<h1>E-mail that did not leave this machine</h1>
${list.length === 0 ? '<p>No mail yet.</p>' : list.join('\n')}
</body>
</html>
`;
}
