import { http, reply } from '@dure/contracts/binding/http';
import { GetConfiguration } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { declaredAs, showConfiguration } from '../application/configuration.ts';
import { values } from '../composition.ts';
import { configurationView } from './configuration-view.ts';

export const getConfigurationHandler = http(GetConfiguration, {
  run: async ({ params: { service, name } }) => {
    const declared = declaredAs(service, name);
    return declared && showConfiguration(values, declared);
  },
  answer: (found) =>
    found === undefined
      ? problem('configuration-not-found')
      : reply(200, configurationView(found), { etag: found.newest?.revision ?? 0 }),
});
