import { http, reply } from '@dure/contracts/binding/http';
import { PublishConfiguration } from '@dure/contracts/control-plane';
import { fieldErrors, invalidRequest, problem } from '@dure/contracts/problem';
import { declaredAs, valueIssues, valueOf } from '../application/configuration.ts';
import { publish } from '../application/publish.ts';
import { values } from '../composition.ts';
import { configurationView } from './configuration-view.ts';
import { seen } from './reply.ts';

export const publishConfigurationHandler = http(PublishConfiguration, {
  run: async ({ params: { service, name }, body: { value, why }, ifMatch }, call) => {
    const declared = declaredAs(service, name);
    if (declared === undefined) return { rejected: 'configuration-not-found' as const };
    const issues = valueIssues(declared, value).map((issue) => ({ ...issue, path: ['value', ...issue.path] }));
    if (issues.length > 0) throw invalidRequest(fieldErrors('body', issues));
    return seen(await publish(values, call, valueOf(declared), ifMatch, { content: value, why }));
  },
  answer: (result, { params: { service, name } }) =>
    'rejected' in result
      ? problem(result.rejected)
      : reply(200, configurationView({ declared: declaredAs(service, name)!, newest: result }), {
          etag: result.revision,
        }),
});
