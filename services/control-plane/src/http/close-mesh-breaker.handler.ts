import { http, reply } from '@dure/contracts/binding/http';
import { CloseMeshBreaker } from '@dure/contracts/control-plane';
import { closeBreaker } from '../application/breakers.ts';
import { breakers } from '../composition.ts';

export const closeMeshBreakerHandler = http(CloseMeshBreaker, {
  run: ({ params: { service } }, call) => closeBreaker(breakers, call, service),
  answer: () => reply(204, undefined),
});
