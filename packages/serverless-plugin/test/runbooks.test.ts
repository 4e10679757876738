import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runbookFaults } from './runbook.ts';
import { alarmsOf, readmeOf, serviceFolders } from './services.ts';

describe('the runbook of', () => {
  it.each(serviceFolders.map((folder) => [basename(folder), folder]))(
    '%s has its alarms and no others',
    (_, folder) => {
      const alarms = alarmsOf(folder);
      expect(alarms.length).toBeGreaterThan(0);
      expect(runbookFaults(readmeOf(folder), alarms)).toEqual([]);
    },
  );
});

describe('a runbook', () => {
  const alarms = [
    { name: 'api-errors', anchor: 'errors' },
    { name: 'relay-errors', anchor: 'errors' },
  ];
  const entry =
    '### errors\n\nAlarms: `api-errors`,\n`relay-errors`.\n\n- **Means:** a\n- **Look:**\n  b\n- **Do:** c\n';
  const readme = `# Things\n\n## Runbook\n\nText.\n\n${entry}\n## Try it\n\n### other\n`;

  it('is right', () => {
    expect(runbookFaults(readme, alarms)).toEqual([]);
  });

  it.each<[string, string, typeof alarms, string]>([
    [
      'an alarm without an entry',
      readme,
      [...alarms, { name: 'api-latency', anchor: 'latency' }],
      'The runbook does not name the alarm api-latency under latency.',
    ],
    [
      'an entry without its alarm',
      readme,
      alarms.slice(0, 1),
      'The runbook names relay-errors under errors, and there is no such alarm.',
    ],
    ['no runbook', '# Things\n', alarms, 'The runbook does not name the alarm api-errors under errors.'],
    [
      'an alarm under another heading than its description says',
      readme.replace('### errors', '### mistakes'),
      alarms,
      'The runbook names api-errors under mistakes, and there is no such alarm.',
    ],
    ['an entry that does not say what to do', readme.replace(' c\n', '\n'), alarms, 'The entry errors has no "Do".'],
    ['an entry of nothing', readme.replace('## Try', '### x\n\n## Try'), alarms, 'The entry x names no alarm.'],
    [
      'a search that finds nothing',
      readme.replace('  b\n', '  `--filter-pattern \'?"Task timed out"\'`\n'),
      alarms,
      'It searches for "Task timed out", which no line of JSON has.',
    ],
    [
      'an alarm named twice',
      readme.replace('Alarms: ', 'Alarms: `relay-errors`, '),
      alarms,
      'The runbook names relay-errors under errors twice.',
    ],
  ])('reports %s', (_, text, present, fault) => {
    expect(runbookFaults(text, present)).toContain(fault);
  });
});
