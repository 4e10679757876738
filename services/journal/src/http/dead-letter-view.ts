import type { DeadLetter } from '../domain/dead-letter.ts';

/** A dead letter as a list shows it: without its message. */
export function deadLetterView({ body: _, ...letter }: DeadLetter) {
  const href = `/v1/dead-letters/${letter.id}`;
  return {
    ...letter,
    redrives: [...letter.redrives],
    _links: { self: { href }, redrive: { href: `${href}/redrive` } },
  };
}
