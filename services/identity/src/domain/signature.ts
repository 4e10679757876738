/**
 * An ECDSA signature of P-256 as JWS has it, r and s of 32 bytes each, from the DER that KMS answers:
 * `SEQUENCE { INTEGER r, INTEGER s }`.
 * @throws TypeError for any other bytes
 * Sources: https://www.rfc-editor.org/rfc/rfc7518#section-3.4 and https://www.rfc-editor.org/rfc/rfc3279#section-2.2.3
 */
export function fromDer(der: Uint8Array): Uint8Array {
  const [sequence, end] = element(der, 0, SEQUENCE);
  const [r, afterR] = element(sequence, 0, INTEGER);
  const [s, afterS] = element(sequence, afterR, INTEGER);
  if (end !== der.length || afterS !== sequence.length) throw new TypeError('The signature has more than r and s.');
  return Buffer.concat([padded(r), padded(s)]);
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const BYTES = 32;

/** The content of an element, and where the next begins. The length of what is here takes one byte. */
function element(bytes: Uint8Array, start: number, tag: number): [Uint8Array, number] {
  const [given, length = 0] = bytes.subarray(start, start + 2);
  const end = start + 2 + length;
  if (given !== tag || length === 0 || length > 0x7f || end > bytes.length) {
    throw new TypeError('The signature is not DER of two integers.');
  }
  return [bytes.subarray(start + 2, end), end];
}

/** Without the zero that keeps an integer positive, and with those that it leaves out. */
function padded(integer: Uint8Array): Uint8Array {
  const first = integer.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? new Uint8Array() : integer.subarray(first);
  if (digits.length > BYTES) throw new TypeError('The signature is not of P-256.');
  const whole = new Uint8Array(BYTES);
  whole.set(digits, BYTES - digits.length);
  return whole;
}
