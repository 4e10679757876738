import type { DatabaseSync } from 'node:sqlite';
import type { Email } from './email.ts';
import type { EmailQuery, SentEmail } from './index.ts';

/** Of as many as a drill of thousands of orders sends. */
const KEPT = 20_000;

/** The latest mails, found by whom they are to. */
export function openEmailStore(database: DatabaseSync, kept = KEPT) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS ses_emails (
      number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, sent_at REAL NOT NULL, email TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS ses_recipients (
      address TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (address, number)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS ses_recipients_by_number ON ses_recipients (number)`);
  const insert = database.prepare('INSERT INTO ses_emails (id, sent_at, email) VALUES (?, ?, ?)');
  const address = database.prepare('INSERT OR IGNORE INTO ses_recipients (address, number) VALUES (?, ?)');
  const trim = database.prepare('DELETE FROM ses_emails WHERE number <= ?');
  const trimRecipients = database.prepare('DELETE FROM ses_recipients WHERE number <= ?');
  const latest = database.prepare('SELECT * FROM ses_emails ORDER BY number DESC LIMIT ?');
  const latestTo = database.prepare(
    'SELECT ses_emails.* FROM ses_recipients JOIN ses_emails USING (number) WHERE address = ? ORDER BY number DESC LIMIT ?',
  );

  return {
    keep(id: string, email: Email): void {
      const number = Number(insert.run(id, Date.now(), JSON.stringify(email)).lastInsertRowid);
      for (const one of [...email.to, ...email.cc, ...email.bcc]) address.run(one, number);
      trim.run(number - kept);
      trimRecipients.run(number - kept);
    },

    /** The latest first. */
    list({ to, limit }: EmailQuery): SentEmail[] {
      const rows = to === undefined ? latest.all(limit) : latestTo.all(to, limit);
      return rows.map((row) => ({
        id: String(row['id']),
        sentAt: new Date(Number(row['sent_at'])).toISOString(),
        ...(JSON.parse(String(row['email'])) as Email),
      }));
    },
  };
}
