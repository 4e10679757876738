import { AsyncLocalStorage } from 'node:async_hooks';
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

const guards = new AsyncLocalStorage<Guard>();
let everywhere: Guard | undefined;
const { listen } = Server.prototype;
// At once: code that replaces this method for a while puts back what it found.
watchListening();

/**
 * Starts what opens HTTP servers by itself, in this process, and has no option for whom to let in: each server that
 * `start` opens, also later on, asks this rule before its own listeners see a request.
 */
export function guardServers<T>(rule: Rule, start: () => T, callers: Callers = NOBODY_ELSE): T {
  return guards.run({ rule, callers }, start);
}

/**
 * The same for each server that opens from now on, in a process that has no other servers.
 * @returns what ends it
 */
export function guardAllServers(rule: Rule, callers: Callers = NOBODY_ELSE): () => void {
  everywhere = { rule, callers };
  return () => (everywhere = undefined);
}

function watchListening(): void {
  Server.prototype.listen = function (this: Server, ...parameters: unknown[]): Server {
    const guard = guards.getStore() ?? everywhere;
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
