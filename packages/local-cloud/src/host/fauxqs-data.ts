import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Makes messages visible again that were being handled when the local cloud ended: nobody holds their receipt handles
 * any more, and waiting for their visibility time-outs would only delay what goes on. Their receive count stays.
 */
export function releaseMessagesInFlight(dataDir: string): void {
  const path = join(dataDir, 'fauxqs.db');
  if (!existsSync(path)) return;
  const database = new DatabaseSync(path);
  try {
    database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  } finally {
    database.close();
  }
}
