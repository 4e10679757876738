/**
 * Sends requests past what stands before a service and would pass them on as they are: half of the time that a small
 * request to DynamoDB takes. Whether one is of that kind is known when its body is, so that its socket waits for that.
 */
import { isKnownForm, rememberForm } from './query-form.mjs';
import { whenLoaded } from './when-loaded.mjs';

/** @param {import('../function-config.ts').Shortcut} shortcut */
export function takeShortcut(shortcut) {
  const { hostname: host, port } = new URL(shortcut.from);
  const { hostname, port: directPort } = new URL(shortcut.to);
  const direct = { host: hostname, port: Number(directPort) };
  const isDirect = judge(shortcut);
  /** Requests that have no socket yet, and what gives them one. */
  const waiting = new WeakMap();

  whenLoaded('http', ({ Agent, ClientRequest }) => {
    const { addRequest } = Agent.prototype;
    Agent.prototype.addRequest = function (request, options, ...legacy) {
      if (options.host !== host || String(options.port) !== port) {
        return addRequest.call(this, request, options, ...legacy);
      }
      const go = (place) => {
        if (waiting.delete(request)) addRequest.call(this, request, { ...options, ...place });
      };
      waiting.set(request, go);
      // One that is not written at once.
      process.nextTick(go);
    };

    const { end } = ClientRequest.prototype;
    ClientRequest.prototype.end = function (...parameters) {
      waiting.get(this)?.(isDirect(this, parameters[0]) ? direct : undefined);
      return end.apply(this, parameters);
    };
  });
}

/** @param {import('../function-config.ts').Shortcut} shortcut */
function judge({ actions, queries, unless }) {
  const [always, learnt] = [new Set(actions), new Set(queries)];
  return (request, body) => {
    const action = String(request.getHeader('x-amz-target') ?? '').split('.')[1] ?? '';
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    // What was written before is in no body of `end`.
    if (!isText || request.writableLength > 0 || body.includes(unless)) return false;
    if (always.has(action)) return true;
    if (!learnt.has(action)) return false;
    if (isKnownForm(body)) return true;
    // The first to be told: those who listen once are still counted.
    request.prependOnceListener('response', (response) => {
      if (response.statusCode === 200) rememberForm(body);
      // Node reads an answer that nobody listens for to its end; this listener is none of the caller's.
      if (request.listenerCount('response') === 0) response.resume();
    });
    return false;
  };
}
