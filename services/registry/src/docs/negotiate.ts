/**
 * The best of `offered` by a header such as `Accept-Encoding` or `Accept-Language`: the one of the highest weight, the
 * first where several weigh the same. Undefined where the client takes none of them.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-quality-values
 */
export function best<Name extends string>(
  header: string | undefined,
  offered: readonly Name[],
  matches: (range: string, name: Name) => boolean = (range, name) => range === name,
): Name | undefined {
  const ranges = (header ?? '').split(',').map(weighted);
  const weightOf = (name: Name): number =>
    (ranges.find(({ range }) => matches(range, name)) ?? ranges.find(({ range }) => range === '*'))?.weight ?? 0;
  const [first] = offered
    .map((name) => ({ name, weight: weightOf(name) }))
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight);
  return first?.name;
}

function weighted(part: string): { readonly range: string; readonly weight: number } {
  const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return { range, weight: Number.isFinite(weight) ? weight : 0 };
}

/** `ko-KR` takes `ko`. */
export const speaks = (range: string, language: string): boolean =>
  range === language || range.startsWith(`${language}-`);
