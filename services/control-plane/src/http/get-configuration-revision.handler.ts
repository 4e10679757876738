import { http, reply } from '@dure/contracts/binding/http';
import { GetConfigurationRevision } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { nameOf } from '../application/configuration.ts';
import { values } from '../composition.ts';
import { valueRevisionView } from './configuration-view.ts';

export const getConfigurationRevisionHandler = http(GetConfigurationRevision, {
  run: ({ params: { service, name, revision } }) => values.load(nameOf({ owner: service, name }), revision),
  answer: (found, { params: { service, name } }) =>
    found === undefined
      ? problem('configuration-revision-not-found')
      : reply(200, valueRevisionView(service, name, found), { etag: found.revision }),
});
