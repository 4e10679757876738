const KEY = 'registry-api-key';
const TIMEOUT_MS = 10_000;
/** A page has 50 entries. Nobody reads further than this, and the API has all. */
const MAX_PAGES = 20;

/** The registry answers nothing that can be shown: `unreachable`, `needsKey` or `noData`. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem);
    this.problem = problem;
  }
}

export const useApiKey = (key) => sessionStorage.setItem(KEY, key);

/** Reads JSON from the registry. @throws {Refusal} */
export async function ask(address) {
  const key = sessionStorage.getItem(KEY);
  const headers = { accept: 'application/json', ...(key === null ? {} : { 'x-api-key': key }) };
  let answer;
  try {
    answer = await fetch(address, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new Refusal('unreachable');
  }
  if (answer.status === 401 || answer.status === 403) throw new Refusal('needsKey');
  if (answer.status === 404) throw new Refusal('noData');
  if (!answer.ok) throw new Refusal('unreachable');
  return answer.json();
}

/**
 * Reads a list, page by page.
 * @param {{ pages?: number, missing?: boolean }} options `missing`: what is not there is an empty list
 * @returns {Promise<{ items: any[], more?: string }>} `more` is where the rest is
 */
export async function askAll(address, { pages = MAX_PAGES, missing = false } = {}) {
  const items = [];
  let next = address;
  try {
    for (let page = 0; page < pages && next !== undefined; page += 1) {
      const body = await ask(next);
      items.push(...body.items);
      next = body._links.next?.href;
    }
  } catch (error) {
    if (!missing || error.problem !== 'noData') throw error;
    next = undefined;
  }
  return { items, more: next };
}
