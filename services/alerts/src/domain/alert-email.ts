import type { Alert } from './alert.ts';

/** Mail servers and small screens cut longer subjects. */
const MAX_SUBJECT = 100;
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/** The plain-text e-mail for an alert. */
export function toEmail(alert: Alert, stage: string): { readonly subject: string; readonly text: string } {
  const subject = `[${stage}] ${alert.state}: ${alert.title}`.replace(CONTROL, ' ').slice(0, MAX_SUBJECT);
  return { subject, text: `${paragraphs(alert).join('\n\n')}\n` };
}

function paragraphs({ id, state, title, reason, alarm, at }: Alert): string[] {
  if (alarm === undefined) return [reason, `${at}\nAlert ${id}`];
  return [
    `${title} went from ${alarm.previousState} to ${state} at ${at}.`,
    alarm.description,
    `Why: ${reason}`,
    `Where: ${alarm.region}\nAlarm: ${alarm.arn}\nAlert ${id}`,
  ].filter((paragraph) => paragraph !== '');
}
