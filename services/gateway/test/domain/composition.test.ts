import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  absent,
  compose,
  composeOptional,
  type Failed,
  failed,
  type Part,
  shown,
} from '../../src/domain/composition.ts';

const late = failed('part-late', 504);

const failure: fc.Arbitrary<Failed> = fc
  .tuple(fc.constantFrom('part-late', 'part-failed', 'order-not-yet'), fc.integer({ min: 400, max: 599 }))
  .map(([code, status]) => failed(code, status));
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.jsonValue().map((value) => shown(value)),
  fc.constant(absent),
  failure,
  fc.tuple(fc.jsonValue(), failure).map(([value, stale]) => ({ kind: 'shown', value, stale }) as const),
);
const name = fc.string({ minLength: 1 }).filter((it) => it !== '__proto__');
const parts = fc.dictionary(name, part, { noNullPrototype: true });

/** What a pointer points to. Source: https://www.rfc-editor.org/rfc/rfc6901#section-4 */
const at = (view: object, pointer: string): unknown =>
  pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], view);

describe('a view', () => {
  it('has every part, and a problem for each that is not as it is now', () => {
    fc.assert(
      fc.property(parts, (all) => {
        const { view, problems } = composeOptional(all);
        expect(Object.keys(view)).toEqual(Object.keys(all));
        for (const [key, one] of Object.entries(all)) {
          expect(view[key]).toEqual(one.kind === 'shown' ? one.value : null);
        }
        const degraded = Object.values(all).filter((it) => it.kind === 'failed' || (it.kind === 'shown' && it.stale));
        expect(problems).toHaveLength(degraded.length);
        for (const { pointer, stale } of problems) if (stale !== true) expect(at(view, pointer)).toBeNull();
      }),
    );
  });

  it('is there exactly if all its required parts are', () => {
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.boolean()), (all, choose) => {
        const required = Object.keys(all).filter(() => choose.next().value);
        const { lacks } = compose(all, required);
        const missing = required.filter((key) => all[key]!.kind !== 'shown');
        expect(lacks).toEqual(missing.length === 0 ? undefined : all[missing[0]!]);
      }),
    );
  });

  it('degrades field by field', () => {
    expect(compose({ order: shown({ id: 'o-1' }), shipment: late, payment: absent }, ['order'])).toEqual({
      view: { order: { id: 'o-1' }, shipment: null, payment: null },
      problems: [{ pointer: '/shipment', type: 'urn:dure:problem:part-late', status: 504 }],
      cached: [],
    });
  });

  it('points to where its parts are', () => {
    const stale = { kind: 'shown', value: 1, stale: late } as const;
    expect(composeOptional({ 'a/b~c': stale }, '/services').problems).toEqual([
      { pointer: '/services/a~1b~0c', type: 'urn:dure:problem:part-late', status: 504, stale: true },
    ]);
  });
});
