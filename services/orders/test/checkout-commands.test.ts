import { readFileSync } from 'node:fs';
import { contracts } from '@dure/contracts/all-contracts';
import type { BusEvent, Envelope } from '@dure/contracts/envelope';
import { mismatchOf } from '@dure/contracts/binding/provenance';
import { describe, expect, it } from '@jest/globals';
import { readAddress } from '../src/domain/return-address.ts';

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: Pick<Envelope, 'source' | 'type' | 'dataschema' | 'data'>;
}

interface Catcher {
  readonly ErrorEquals: string[];
  readonly Next: string;
}

const text = readFileSync(new URL('../checkout.asl.json', import.meta.url), 'utf8');
const entries: Entry[] = [];
const catches: Catcher[][] = [];
JSON.parse(text, (key, value: unknown) => {
  if (key === 'Entries') entries.push(...(value as Entry[]));
  if (key === 'Catch') catches.push(value as Catcher[]);
  return value;
});

describe('the checkout', () => {
  it('sends commands', () => {
    expect(entries.length).toBeGreaterThan(10);
  });

  it.each(entries)('sends $DetailType as its contract lets orders', ({ Source: source, DetailType, Detail }) => {
    const contract = contracts.find((known) => known.kind === 'command' && known.type === Detail.type);
    if (contract?.kind !== 'command') throw new Error(`There is no command ${Detail.type}.`);
    const event: BusEvent = { source, 'detail-type': DetailType, detail: Detail };
    expect(mismatchOf(event, Detail as Envelope, contract.senders)).toBeUndefined();
  });

  // Earlier code would not understand its return addresses: docs/decisions/0055.
  it('is changed after the function that answers it, because it refers to it', () => {
    expect(text).toContain('${WorkflowAnswersArn}');
    const template = readFileSync(new URL('../serverless.yml', import.meta.url), 'utf8');
    expect(template).toContain('WorkflowAnswersArn: !GetAtt WorkflowAnswersLambdaFunction.Arn');
    const [, answers] = /\n {2}workflowAnswers:\n(.*?)\n {2}\w+:/s.exec(template) ?? [];
    expect(answers).toContain('STATE_MACHINE_ARN');
    expect(answers).not.toContain('CheckoutStateMachine');
  });

  it('has each of its return addresses read as it is meant', () => {
    const addresses = [...text.matchAll(/"replyto\.\$": "(.*?)"/g)].map(([, address = '']) => address);
    expect(addresses.length).toBe(entries.length);
    const decisions = addresses
      .filter((address) => address !== '$$.Task.Token')
      .map((address) => {
        const [, format = ''] = /^States\.Format\('(.*?)'/.exec(address) ?? [];
        return readAddress(format.replaceAll('{}', 'x')).decision?.type;
      });
    expect(decisions).toEqual(['confirm', 'ship', 'ship', 'settle']);
  });

  // States.ALL does not cover it. Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('catches data beyond the limit wherever it catches all errors, and continues with the same state', () => {
    const wildcards = catches.filter((catchers) => catchers.at(-1)?.ErrorEquals.includes('States.ALL'));
    expect(wildcards).toHaveLength(5);
    for (const catchers of wildcards) {
      expect(catchers.at(-2)).toEqual({ ...catchers.at(-1), ErrorEquals: ['States.DataLimitExceeded'] });
    }
  });
});
