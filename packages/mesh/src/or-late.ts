/** What the SDK does between two tries does not hear of a signal: whoever waits does. */
export function orLate<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  return Promise.race([answer, promise]);
}
