/** Texts that have a format, and what all of them match. Of a format that is not here only its name is known. */
const FORMATS: Readonly<Record<string, { readonly samples: readonly string[]; readonly pattern: RegExp }>> = {
  'date-time': {
    samples: ['2026-11-30T00:00:00Z', '2026-11-30T00:00:00.000Z', '2026-11-30T00:00:00+01:00'],
    pattern:
      /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i,
  },
  date: { samples: ['2026-11-30'], pattern: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/ },
  time: { samples: ['00:00:00Z'], pattern: /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i },
  email: { samples: ['a@example.com', 'a@b.co'], pattern: /^[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i },
  uuid: {
    samples: ['01890a5d-ac96-774b-bcce-b302099a8057'],
    pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  },
  uri: { samples: ['https://example.com/', 'a:b'], pattern: /^[a-z][a-z0-9+.-]*:[^\s"<>\\^`{|}]+$/i },
  'uri-reference': { samples: ['a', '/', 'https://example.com/'], pattern: /^[a-z0-9/.:_?=&-]*$/i },
  ipv4: { samples: ['10.0.0.1'], pattern: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/ },
  hostname: {
    samples: ['example.com', 'a'],
    pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i,
  },
};
/** Their patterns are narrower than the formats: what does not match may have the format all the same. */
const LOOSE = ['email', 'uri', 'uri-reference', 'hostname'];

/** Whether a text has a format; undefined where that is not known. */
export function hasFormat(format: string, text: string): boolean | undefined {
  const known = FORMATS[format];
  if (known === undefined) return undefined;
  if (known.pattern.test(text)) return true;
  return LOOSE.includes(format) && !/\s/.test(text) ? undefined : false;
}

export const samplesOfFormat = (format: string): readonly string[] => FORMATS[format]?.samples ?? [];

/** A text of a length that has no format. */
export const withoutFormat = (length: number): string => ' '.repeat(Math.max(1, length));
