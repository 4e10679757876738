import { createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { freePort } from '../../src/shared/free-port.ts';

it('a free port is one that nobody listens on, outside those given to connections', async () => {
  const server = createServer();
  const taken = await freePort();
  expect(taken).toBeLessThan(32_768);
  await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
  const other = await freePort();
  const draws = [taken, taken, other];
  expect(await freePort(() => draws.shift()!)).toBe(other);
  await expect(freePort(() => taken)).rejects.toThrow('None of 50 ports');
  await new Promise((resolve) => server.close(resolve));
});
