import { http, reply } from '@dure/contracts/binding/http';
import { ListConfiguration } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { listConfiguration } from '../application/configuration.ts';
import { values } from '../composition.ts';
import { configurationView } from './configuration-view.ts';
import { pageBody } from './reply.ts';

export const listConfigurationHandler = http(ListConfiguration, {
  run: ({ query }) => listConfiguration(values, query),
  answer: (page, { query }) =>
    page === undefined
      ? problem('invalid-cursor')
      : reply(200, pageBody(page, configurationView, '/v1/configuration', query)),
});
