import { reply } from '@dure/contracts/binding/http';
import { expect, test } from 'tstyche';

test('a planted violation', () => {
  expect(reply(200, 'body').status).type.toBe<201>();
});
