import type { Rule, Subject, Violation } from './rule.ts';
import { rules } from './rules.ts';

export interface Finding extends Violation {
  readonly rule: Rule;
}

/** All violations of a template, by rule. `part` skips the rules that need a whole service. */
export function checkTemplate(subject: Subject, { part = false } = {}): Finding[] {
  return rules
    .filter((rule) => !(part && rule.whole))
    .flatMap((rule) => [...rule.check(subject)].map((violation) => ({ rule, ...violation })));
}
