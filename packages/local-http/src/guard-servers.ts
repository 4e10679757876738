import { type IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Callers, NOBODY_ELSE, type Rule } from './access-rules.ts';
import { refuseUpgrade } from './server.ts';
import { sendRefusal } from './respond.ts';

interface Guard {
  readonly rule: Rule;
  readonly callers: Callers;
}

let everywhere: Guard | undefined;
const { listen } = Server.prototype;
// At once: code that replaces this method for a while puts back what it found.
watchListening();

/**
 * Guards what opens HTTP servers by itself and has no option for whom to let in, in a process that has no other servers:
 * each server that opens from now on asks this rule before its own listeners see a request.
 * @returns what ends it
 */
export function guardAllServers(rule: Rule, callers: Callers = NOBODY_ELSE): () => void {
  everywhere = { rule, callers };
  return () => (everywhere = undefined);
}

function watchListening(): void {
  Server.prototype.listen = function (this: Server, ...parameters: unknown[]): Server {
    const guard = everywhere;
    if (guard !== undefined && (this instanceof HttpServer || this instanceof HttpsServer)) put(guard, this);
    return Reflect.apply(listen, this, parameters) as Server;
  };
}

function put({ rule, callers }: Guard, server: HttpServer | HttpsServer): void {
  const emit = server.emit.bind(server) as (event: string, ...parameters: unknown[]) => boolean;
  const guarded = (event: string, ...parameters: unknown[]): boolean => {
    const [request, answer] = parameters as [IncomingMessage, ServerResponse | Duplex];
    const asks = event === 'request' || event === 'upgrade' || event === 'checkContinue';
    const reason = asks ? rule(request, callers) : undefined;
    if (reason === undefined) return emit(event, ...parameters);
    if (answer instanceof ServerResponse) {
      request.resume();
      sendRefusal(answer, reason);
    } else refuseUpgrade(answer, 403);
    return true;
  };
  Object.assign(server, { emit: guarded });
}
