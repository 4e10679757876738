import { http, reply } from '@dure/contracts/binding/http';
import { ListConfigurationRevisions } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { declaredAs, nameOf } from '../application/configuration.ts';
import { values } from '../composition.ts';
import { valuePath } from './configuration-view.ts';
import { pageBody, summaryView } from './reply.ts';

export const listConfigurationRevisionsHandler = http(ListConfigurationRevisions, {
  run: async ({ params: { service, name }, query }) => {
    const declared = declaredAs(service, name);
    if (declared === undefined) return 'configuration-not-found';
    return (await values.revisions(nameOf(declared), query)) ?? 'invalid-cursor';
  },
  answer: (page, { params: { service, name }, query }) => {
    if (typeof page === 'string') return problem(page);
    const path = valuePath(service, name);
    return reply(200, pageBody(page, summaryView(path), `${path}/revisions`, query));
  },
});
