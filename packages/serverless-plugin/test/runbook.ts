/** Reads the runbook in a service's README and compares it with the service's alarms. */

const PARTS = ['Means', 'Look', 'Do'];

interface Entry {
  readonly what: string;
  readonly alarms: readonly string[];
  readonly missing: readonly string[];
}

/** An alarm without what all of its service begin with, and the anchor that its description ends with. */
export interface Alarm {
  readonly name: string;
  readonly anchor: string;
}

/** A sentence for each alarm without an entry, each entry without its alarm, and each that leaves something out. */
export function runbookFaults(readme: string, alarms: readonly Alarm[]): string[] {
  const entries = entriesOf(readme);
  const named = entries.flatMap(({ what, alarms: names }) => names.map((name) => `${name} under ${what}`));
  const wanted = alarms.map(({ name, anchor }) => `${name} under ${anchor}`);
  return [
    ...wanted.filter((it) => !named.includes(it)).map((it) => `The runbook does not name the alarm ${it}.`),
    ...named.filter((it) => !wanted.includes(it)).map((it) => `The runbook names ${it}, and there is no such alarm.`),
    ...named.filter((it, index) => named.indexOf(it) !== index).map((it) => `The runbook names ${it} twice.`),
    ...entries.flatMap(({ what, missing }) => missing.map((part) => `The entry ${what} has no "${part}".`)),
    ...entries.filter(({ alarms: names }) => names.length === 0).map(({ what }) => `The entry ${what} names no alarm.`),
    // Lambda writes it in plain logs only. In JSON it is a `platform.report`.
    ...(readme.includes('Task timed out') ? ['It searches for "Task timed out", which no line of JSON has.'] : []),
  ];
}

function entriesOf(readme: string): Entry[] {
  const [, runbook = ''] = /^## Runbook\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readme) ?? [];
  return runbook
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const [what = ''] = text.split('\n');
      // Twice where a part of them is the shop's alone.
      const names = [...text.matchAll(/^Alarms: ([\s\S]*?)\.\n\n/gm)].map(([, listed]) => listed).join();
      return {
        what,
        alarms: [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
        missing: PARTS.filter((part) => !new RegExp(`^- \\*\\*${part}:\\*\\*\\s+\\S`, 'm').test(text)),
      };
    });
}
