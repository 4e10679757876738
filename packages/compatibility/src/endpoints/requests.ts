import { compareAs } from '../compare/compare-schemas.ts';
import type { Change } from '../compare/walk.ts';
import { contentOf, type EndpointSchema, type Parameter, withParts } from './endpoint.ts';

/** Parameters that came, went, are needed now, or take other values. */
export function compareParameters(before: EndpointSchema, after: EndpointSchema): Change[] {
  const [old, now] = [parametersOf(before), parametersOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): Change[] => {
    const [one, other] = [old.get(key), now.get(key)];
    const at = nameOf((one ?? other)!);
    if (other === undefined) return [gone(at, one!)];
    const must = other.required === true;
    if (one === undefined) return [{ at, what: must ? 'is new and required' : 'is new', breaking: must }];
    const had = one.required === true;
    const what = must ? 'is required now' : 'is no longer required';
    const [was, is] = [withParts(one.schema ?? {}, before), withParts(other.schema ?? {}, after)];
    return [
      ...(had === must ? [] : [{ at, what, breaking: must }]),
      ...(written(one) === written(other) ? [] : [{ at, what: 'is written another way', breaking: true }]),
      ...compareAs(was, is, 'input', {}).map((it) => ({ ...it, at: it.at === '' ? at : `${at} ${it.at}` })),
    ];
  });
}

/** A header or cookie that nobody asks for is passed over; an unknown query parameter may be refused. */
const gone = (at: string, { in: place }: Parameter): Change =>
  place === 'header' || place === 'cookie'
    ? { at, what: 'is gone', breaking: false, missing: true }
    : { at, what: 'is gone', breaking: true };

/** A path has its parameters by place, whatever they are called; names of headers have no case. */
function parametersOf({ path, parameters = [] }: EndpointSchema): Map<string, Parameter> {
  const places = [...path.matchAll(/\{(.*?)\}/g)].map(([, name]) => name);
  return new Map(
    parameters.map((it) => {
      if (it.in === 'path') return [`path ${places.indexOf(it.name)}`, it];
      return [it.in === 'header' ? nameOf(it).toLowerCase() : nameOf(it), it];
    }),
  );
}

const nameOf = ({ in: place, name }: Parameter): string => `${place} ${name}`;

/** How OpenAPI puts a list or an object into text. */
function written(parameter: Parameter): string {
  const form = parameter.in === 'query' || parameter.in === 'cookie';
  const { style = form ? 'form' : 'simple', explode = style === 'form' } = parameter as {
    style?: string;
    explode?: boolean;
  };
  return `${style} ${explode}`;
}

export function compareRequest(before: EndpointSchema, after: EndpointSchema): Change[] {
  const at = 'request';
  const [one, other] = [before.request, after.request];
  if (other === undefined) return one === undefined ? [] : [{ at, what: 'is gone', breaking: true }];
  const must = other.required === true;
  if (one === undefined) return [{ at, what: must ? 'is new and required' : 'is new', breaking: must }];
  const [old, now] = [contentOf(one, before), contentOf(other, after)];
  const had = one.required === true;
  return [
    ...(had === must ? [] : [{ at, what: must ? 'is required now' : 'is no longer required', breaking: must }]),
    ...[...new Set([...old.keys(), ...now.keys()])].flatMap((type): Change[] => {
      const [was, is] = [old.get(type), now.get(type)];
      if (is === undefined) return [{ at, what: `${type} is no longer taken`, breaking: true }];
      if (was === undefined) return [{ at, what: `${type} is taken too`, breaking: false }];
      return compareAs(was, is, 'input', {}).map((it) => ({ ...it, at: it.at === '' ? at : `${at} ${it.at}` }));
    }),
  ];
}
