import { http, reply } from '@dure/contracts/binding/http';
import { OpenMeshBreaker } from '@dure/contracts/control-plane';
import { fieldError, invalidRequest } from '@dure/contracts/problem';
import { openBreaker } from '../application/breakers.ts';
import { breakers } from '../composition.ts';
import { breakerView } from './breaker-view.ts';

export const openMeshBreakerHandler = http(OpenMeshBreaker, {
  run: async ({ params: { service }, body }, call) => {
    const result = await openBreaker(breakers, call, service, body);
    if ('until' in result) throw invalidRequest([fieldError('body', ['until'], result.until)]);
    return result;
  },
  answer: (breaker) => reply(200, breakerView(breaker)),
});
