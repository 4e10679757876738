import type { HttpMethod } from '@dure/contracts/contract';
import { camelCase, isKeyword, pascalCase, plural, singular } from '../names.ts';
import { Refusal } from '../refusal.ts';

type Kind = 'create' | 'get' | 'list' | 'put' | 'delete';

/** An endpoint to add, and what it works on. */
export interface NewEndpoint {
  readonly kind: Kind;
  readonly method: HttpMethod;
  /** Without the version: `/customers/{customerId}/coupons`. */
  readonly path: string;
  /** `CreateCoupon`. */
  readonly name: string;
  readonly resource: Resource;
}

/** What is kept: one of it has the path `item`. */
export interface Resource {
  /** Singular, with hyphens: `gift-card`. */
  readonly name: string;
  /** Names of path parameters of what it belongs to, outermost first. */
  readonly parents: readonly string[];
  /** Its own: `couponId`. */
  readonly id: string;
  /** `/customers/{customerId}/coupons/{couponId}`. */
  readonly item: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];
const PARAMETER = /^\{([a-z][A-Za-z0-9]{0,39})\}$/;
const WORD = /^[a-z]+(-[a-z]+)*$/;
const EXAMPLE = "--endpoint 'POST /v1/customers/{customerId}/coupons'";

/**
 * Reads `POST /v1/coupons`.
 * @throws Refusal that says what would be right
 */
export function parseEndpoint(text: string): NewEndpoint {
  const [, method = '', version = '', path = ''] = /^(\S+) +\/v(\d+)(\/\S+)$/.exec(text.trim()) ?? [];
  if (path === '') throw new Refusal(`"${text}" is not an endpoint. Write a method and a path, such as ${EXAMPLE}.`);
  if (method === 'PATCH')
    throw new Refusal('PATCH is not made: which fields may change alone is a rule of yours. PUT replaces the whole.');
  if (!METHODS.includes(method)) throw new Refusal(`"${method}" is not one of ${METHODS.join(', ')}.`);
  if (version !== '1')
    throw new Refusal(
      `A first version is v1, and this is v${version}. A second one is written beside the first: packages/contracts/README.md.`,
    );
  const parts = partsOf(path);
  const last = parts.at(-1)!;
  const word = parts.findLast((part) => part.word !== undefined)?.word ?? '';
  const name = singular(word);
  const kind = kindOf(method, path, last.parameter !== undefined);
  const parameters = parts.flatMap(({ parameter }) => parameter ?? []);
  const own = last.parameter ?? `${camelCase(name)}Id`;
  if (new Set([...parameters, own]).size < parameters.length + (last.parameter ? 0 : 1))
    throw new Refusal(`${path} has one parameter twice: each needs a name of its own.`);
  const resource = {
    name,
    parents: last.parameter === undefined ? parameters : parameters.slice(0, -1),
    id: own,
    item: last.parameter === undefined ? `${path}/{${own}}` : path,
  };
  if (isKeyword(camelCase(name)))
    throw new Refusal(`"${name}" is a word of JavaScript, and code is named after it: choose another.`);
  if (plural(name) === name) throw new Refusal(`"${word}" has no plural of its own: choose another.`);
  if (kind === 'list' && resource.parents.length === 0) {
    throw new Refusal(
      `A list of all ${plural(name)} would be one key of the table, which takes 1,000 writes a second and no more. List those of ` +
        `something, such as 'GET /v1/customers/{customerId}${path}', or add an index (custom.dure.indexes in services/journal/serverless.yml).`,
    );
  }
  return { kind, method: method as HttpMethod, path, name: nameOf(kind, name), resource };
}

interface Part {
  readonly word?: string;
  readonly parameter?: string;
}

function partsOf(path: string): Part[] {
  const parts = path
    .slice(1)
    .split('/')
    .map((text): Part => {
      const parameter = PARAMETER.exec(text)?.[1];
      if (parameter !== undefined) return { parameter };
      if (!WORD.test(text) || text.length > 30)
        throw new Refusal(
          `"${text}" is no part of a path here: words are lower-case letters and hyphens, and parameters look like {couponId}.`,
        );
      return { word: text };
    });
  parts.forEach(({ parameter }, index) => {
    if (parameter !== undefined && parts[index - 1]?.word === undefined)
      throw new Refusal(`{${parameter}} follows no word: write what it is one of, such as /coupons/{couponId}.`);
  });
  return parts;
}

function kindOf(method: string, path: string, isItem: boolean): Kind {
  if (method === 'GET') return isItem ? 'get' : 'list';
  if (method === 'POST') {
    if (isItem) throw new Refusal(`POST makes one more of a list. ${path} is one of it: write the path of the list.`);
    return 'create';
  }
  if (!isItem)
    throw new Refusal(
      `${method} is about one thing, and ${path} is a list: write the path of one, such as ${path}/{id}.`,
    );
  return method === 'PUT' ? 'put' : 'delete';
}

function nameOf(kind: Kind, resource: string): string {
  const one = pascalCase(resource);
  return {
    create: `Create${one}`,
    get: `Get${one}`,
    list: `List${pascalCase(plural(resource))}`,
    put: `Put${one}`,
    delete: `Delete${one}`,
  }[kind];
}
