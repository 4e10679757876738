import { type Answer, ask, form } from './service.ts';

type Handler = Parameters<typeof ask>[0];

export const fieldsIn = ({ text }: Pick<Answer, 'text'>): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  );

export const cookieIn = ({ headers }: Pick<Answer, 'headers'>): string => headers['set-cookie']?.split(';')[0] ?? '';

export interface Visit {
  readonly resource: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** Where the browser is. */
  readonly address?: string;
}

/** As a browser does: shows a page, and sends its form with what the person enters. */
export async function enter(
  handler: Handler,
  { resource, query, headers = {}, address }: Visit,
  entered: Record<string, string>,
): Promise<Answer> {
  const page = await ask(handler, { resource, headers, ...(query && { query }) }, address);
  const sent = form(resource, { ...fieldsIn(page), ...entered }, { cookie: cookieIn(page), ...headers });
  return ask(handler, sent, address);
}
