import { GetStage } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { pageOf } from '../application/page-of.ts';
import { stages } from '../composition.ts';
import { link, releasePath } from './reply.ts';

export const getStageHandler = http(GetStage, {
  run: async ({ params: { stage }, query }) => {
    const live = await stages.load(stage);
    if (live === undefined) return 'stage-not-found' as const;
    const page = pageOf(live.entries, ({ service, label }) => `${service}#${label}`, query);
    return page === undefined ? ('invalid-cursor' as const) : { ...live, page };
  },
  answer: (found, { params: { stage }, query }) => {
    if (typeof found === 'string') return problem(found);
    const { token, bootstrap, page } = found;
    const path = `/v1/stages/${stage}`;
    const body = {
      ...{ stage, token, bootstrap },
      items: page.items.map(({ majors: _, ...entry }) => ({
        ...entry,
        _links: {
          self: link(`${path}/deployments/${entry.service}/${entry.label}`),
          release: link(releasePath(entry.service, entry.label)),
        },
      })),
      _links: {
        self: link(path, query),
        ...(page.next !== undefined && { next: link(path, { ...query, cursor: page.next }) }),
        endpoints: link(`${path}/endpoints`),
        drift: link(`${path}/drift`),
        history: link('/v1/changes', { view: 'history', stage }),
      },
    };
    return reply(200, body, { etag: token });
  },
});
