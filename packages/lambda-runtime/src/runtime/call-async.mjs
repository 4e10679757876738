import { answerWith } from './serialize.mjs';

/** From nodejs24.x on: the answer is what the handler returns, or what its promise becomes. */
export const callAsync = async (handler, event, context) => answerWith(await handler(event, context));
