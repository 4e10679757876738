import { http, reply } from '@dure/contracts/binding/http';
import { RollBackConfiguration } from '@dure/contracts/control-plane';
import { problem } from '@dure/contracts/problem';
import { declaredAs, valueIssues, valueOf } from '../application/configuration.ts';
import { rollBack } from '../application/publish.ts';
import { values } from '../composition.ts';
import { configurationView, valuePath } from './configuration-view.ts';
import { seen } from './reply.ts';

export const rollBackConfigurationHandler = http(RollBackConfiguration, {
  run: async ({ params: { service, name }, body, ifMatch }, call) => {
    const declared = declaredAs(service, name);
    if (declared === undefined) return { rejected: 'configuration-not-found' as const };
    const isValid = (value: unknown) => valueIssues(declared, value).length === 0;
    return seen(await rollBack(values, call, valueOf(declared), ifMatch, { ...body, isValid }));
  },
  answer: (result, { params: { service, name } }) => {
    if ('rejected' in result) {
      return problem(result.rejected === 'never-published' ? 'revision-not-found' : result.rejected);
    }
    const { revision } = result;
    const location = `${valuePath(service, name)}/revisions/${revision}`;
    const view = configurationView({ declared: declaredAs(service, name)!, newest: result });
    return reply(201, view, { etag: revision, headers: { location } });
  },
});
