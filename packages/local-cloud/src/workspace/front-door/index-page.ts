import type { ServiceSummary } from '../options.ts';
import { plainGet } from '../plain-get.ts';
import { escapeHtml as escape } from '../../shared/escape-html.ts';

export interface IndexContent {
  readonly url: string;
  readonly services: readonly ServiceSummary[];
  /** Paths of the views: `/_cloud/logs`. */
  readonly views: readonly string[];
}

/** The page at `/`: every service, its routes and its state. */
export function indexPage({ url, services, views }: IndexContent): string {
  const rows = services.map(
    ({ name, url: address, state, reason, routes, mocks, more }) =>
      `<tr><td>${escape(name)}</td><td>${escape(address)}${listOf(address, routes)}${more.map((it) => `<div>${escape(it)}</div>`).join('')}</td>` +
      `<td class="${escape(state)}">${escape(state)}${reason === undefined ? '' : `: ${escape(reason)}`}${mocks === 0 ? '' : `, ${mocks} of ${routes.length} routes are mocks`}</td></tr>`,
  );
  const links = views.map((path) => `<li><a href="${escape(path)}">${escape(path)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Dure on this machine</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
td, th { padding: 0.25rem 1rem 0.25rem 0; text-align: left; vertical-align: top; }
.running { color: #157a3d; } .failed { color: #b3261e; }
</style>
</head>
<body>
<h1>Dure on this machine</h1>
<table>
<thead><tr><th>service</th><th>address</th><th>state</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table>
<h2>The local cloud at ${escape(url)}</h2>
<ul>${links.join('\n')}</ul>
</body>
</html>
`;
}

/** What a browser can ask for is a link. */
function listOf(address: string, routes: readonly string[]): string {
  const items = routes.map((route) => {
    const path = plainGet(route);
    return path === undefined ? escape(route) : `<a href="${escape(address + path)}">${escape(route)}</a>`;
  });
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}
