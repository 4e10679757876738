/**
 * The problems that API Gateway answers in a service's place, before any function is called. What it refuses for the
 * same reason as a function would is one of the common problems.
 */
export const edgeProblems = {
  'request-refused': { status: 400, title: 'The request was refused' },
  'access-denied': { status: 403, title: 'You may not call this, or not from where you are' },
  'api-key-required': { status: 403, title: 'A valid API key is required in x-api-key' },
  'quota-exceeded': { status: 429, title: 'The quota of this API key is used up' },
  'too-many-requests': { status: 429, title: 'There are too many requests; try again later' },
  'authorization-unavailable': { status: 503, title: 'Nobody can check access tokens at the moment; try again' },
  'no-answer': { status: 504, title: 'The service did not answer in time; try again' },
} as const;

export type EdgeProblem = keyof typeof edgeProblems;
