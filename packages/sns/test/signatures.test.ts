import { createVerify } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { openSignatures, type Signed } from '../src/signatures.ts';

const fields: Signed = {
  ...{ Message: 'hello', MessageId: '1', Timestamp: '2026-01-01T00:00:00.000Z' },
  ...{ TopicArn: 'arn:aws:sns:us-east-1:000000000000:t', Type: 'Notification' },
};
const text =
  'Message\nhello\nMessageId\n1\nTimestamp\n2026-01-01T00:00:00.000Z\n' +
  'TopicArn\narn:aws:sns:us-east-1:000000000000:t\nType\nNotification\n';
const isSigned = (signature: string, certificate: string): boolean =>
  createVerify('sha256').update(text).verify(certificate, signature, 'base64');

it('keeps a key that was made in a transaction which was rolled back', () => {
  const database = new DatabaseSync(':memory:');
  const signatures = openSignatures(database, Date.now);
  for (const end of ['ROLLBACK', 'ROLLBACK', 'COMMIT']) {
    database.exec('BEGIN');
    signatures.sign(fields, '2');
    database.exec(end);
  }
  const signature = signatures.sign(fields, '2');
  const later = openSignatures(database, Date.now);
  expect(isSigned(signature, later.certificateAt(signatures.certificatePath()) ?? '')).toBe(true);
  expect(later.certificateAt('/SimpleNotificationService-other.pem')).toBeUndefined();
});
