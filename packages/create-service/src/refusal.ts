/** What the person who asked can put right, told in one sentence or two. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
