import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseForm, toXml } from '../src/aws-query.ts';

describe('a form', () => {
  it('is read as an object with lists', () => {
    const body =
      'Action=A&Tags.member.2.Key=b&Tags.member.1.Key=a&Tags.member.1.Value=x%20y&Empty=&N.member.10=j&N.member.9=i';
    expect(parseForm(body)).toEqual({
      Action: 'A',
      Tags: [{ Key: 'a', Value: 'x y' }, { Key: 'b' }],
      Empty: '',
      N: ['i', 'j'],
    });
  });

  it('of any kind reaches nothing but its own object', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
        const hostile: [string, string][] = [
          ...pairs,
          ['__proto__.polluted', 'yes'],
          ['constructor.prototype.p', 'yes'],
        ];
        parseForm(new URLSearchParams(hostile).toString());
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

describe('an answer', () => {
  it('is XML with members for lists, and without what is undefined', () => {
    const answer = { A: 'x', B: undefined, L: [{ C: 1 }, { C: true }], At: new Date(0), E: [] };
    expect(toXml('R', answer)).toBe(
      '<R><A>x</A><L><member><C>1</C></member><member><C>true</C></member></L><At>1970-01-01T00:00:00.000Z</At><E></E></R>',
    );
  });

  it('has no markup in its texts', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inner = toXml('T', text).slice('<T>'.length, -'</T>'.length);
        expect(inner).not.toMatch(/[<>"]/);
        const back = inner
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&amp;', '&');
        expect(back).toBe(text);
      }),
    );
  });
});
