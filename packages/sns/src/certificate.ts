import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

const [INTEGER, BIT_STRING, NULL, OBJECT, UTF8, TIME, SEQUENCE, SET, EXPLICIT_0] = [
  ...[0x02, 0x03, 0x05, 0x06, 0x0c, 0x18, 0x30, 0x31, 0xa0],
] as [number, number, number, number, number, number, number, number, number];
/** Source: https://www.rfc-editor.org/rfc/rfc8017#appendix-A.2.4 */
const SHA256_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const COMMON_NAME = [0x55, 0x04, 0x03];
const YEARS = 10;

/** A private key and the certificate of its public one, both as PEM. */
export interface SigningKey {
  readonly key: string;
  readonly certificate: string;
}

/** Makes a key, and a certificate that it has signed itself. @param now milliseconds since 1970 */
export function newSigningKey(name: string, now: number): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = selfSigned(name, privateKey, publicKey, now);
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const certificate = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), certificate };
}

/** Source: https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function selfSigned(name: string, privateKey: KeyObject, publicKey: KeyObject, now: number): Buffer {
  const algorithm = der(SEQUENCE, der(OBJECT, SHA256_WITH_RSA), der(NULL, []));
  const subject = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT, COMMON_NAME), der(UTF8, Buffer.from(name)))));
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + YEARS);
  // A serial number is positive, so that its first bit is 0.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const signed = der(
    SEQUENCE,
    der(EXPLICIT_0, der(INTEGER, [2])),
    der(INTEGER, serial),
    algorithm,
    subject,
    der(SEQUENCE, der(TIME, timeOf(new Date(now))), der(TIME, timeOf(until))),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  return der(SEQUENCE, signed, algorithm, der(BIT_STRING, [0], sign('sha256', signed, privateKey)));
}

/** `20261129160000Z` */
const timeOf = (time: Date): Buffer => Buffer.from(`${time.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`);

/** A value with its type and length. Source: https://www.itu.int/rec/T-REC-X.690 */
function der(type: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  const { length } = content;
  const bytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([type, ...bytes]), content]);
}
