import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * An address of this machine that nobody guesses: the emulator lets any page in that finds it, by a CORS of its own for
 * everybody, and has no option for that. Linux and Windows answer at all of 127.0.0.0/8, of which one address and port are
 * drawn from 2^24 addresses; where only 127.0.0.1 is there, as on macOS, that one.
 * Source: https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3
 */
export async function hiddenAddress(): Promise<string> {
  const address = `127.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
  return (await canListen(address)) ? address : '127.0.0.1';
}

function canListen(address: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, address, () => server.close(() => resolve(true)));
  });
}
