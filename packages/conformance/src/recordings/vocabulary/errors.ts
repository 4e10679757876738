import { Context } from '../reader/statements.ts';
import { Callable, Failure, Mismatch, Namespace, Unreadable, text } from '../reader/values.ts';

/** A class of errors: one that a case expects, or raises itself. */
export class ErrorType extends Callable {
  readonly code: string | undefined;
  constructor(code?: string) {
    super(([message]) => new Failure(code ?? 'Exception', message === undefined ? '' : text(message)));
    this.code = code;
  }

  covers(error: unknown): error is Failure {
    if (!(error instanceof Failure)) return false;
    return (
      this.code === undefined ||
      [error.code, error.modelled].includes(this.code) ||
      error.code.endsWith(`.${this.code}`)
    );
  }
}

/** `with pytest.raises(…)`: the block has to fail with such an error. */
export const raises = new Callable(([types]) => {
  const expected = [types].flat();
  if (!expected.every((type) => type instanceof ErrorType)) throw new Unreadable('an error that is not AWS’s');
  let caught: Failure | undefined;
  const holder = new Namespace((name) => {
    if (name === 'value') return caught;
    if (name === 'typename') return caught?.code;
    return name === 'match' ? new Callable(() => true) : undefined;
  });
  return new Context(holder, (error) => {
    if (error === undefined) throw new Mismatch('AWS answers with an error; here there is none.');
    const type = expected.find((one) => one.covers(error));
    if (type === undefined) throw error;
    caught = error as Failure;
  });
});
