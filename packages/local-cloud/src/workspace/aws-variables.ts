import { parseJson } from '@dure/local-http/json';
import { type DynamicReferences, UnresolvedReference } from '../services/cloudformation/index.ts';
import type { Ssm } from '../services/ssm/index.ts';
import type { ConfigurationOptions, VariableSource } from './configuration.ts';

/** `${ssm:/name}`, `${ssm(raw):/name}`; what it stands for is looked up later. */
export const ssmVariable = ({ region, asked, missing }: ConfigurationOptions): VariableSource => ({
  resolve({ address = '', params = [] }) {
    refuseOthers('ssm', address, params, ['raw', region]);
    const flag = params.includes('raw') ? '#raw' : '';
    return { value: unless(missing, asked, `ssm:${address}`, `{{resolve:serverless-ssm:${address}${flag}}}`) };
  },
});

/** `${cf:stack.output}`, also with the region in which everything is. */
export const cfVariable = ({ region, asked, missing }: ConfigurationOptions): VariableSource => ({
  resolve({ address = '', params = [] }) {
    refuseOthers('cf', address, params, [region]);
    if (/^[^.]+\.[^.]+$/.test(address)) {
      return { value: unless(missing, asked, `cf:${address}`, `{{resolve:serverless-cf:${address}}}`) };
    }
    throw new Error(`The variable "\${cf:${address}}" has to name a stack and one of its outputs: stack.output.`);
  },
});

/** Null, so that the framework takes what the variable says instead, for one that is known to stand for nothing. */
function unless(
  missing: ConfigurationOptions['missing'],
  asked: ConfigurationOptions['asked'],
  variable: string,
  reference: string,
): string | null {
  asked?.add(variable);
  return missing?.has(variable) === true ? null : reference;
}

function refuseOthers(source: string, address: string, params: readonly string[], known: readonly string[]): void {
  const other = params.find((param) => !known.includes(param));
  if (other === undefined) return;
  const variable = `\${${source}(${params.join(', ')}):${address}}`;
  throw new Error(`The variable "${variable}" is not supported locally: known are ${known.join(', ')}, not ${other}.`);
}

/** What the framework makes of a parameter: a list of a StringList, and of a SecureString what it holds as JSON. */
export const variableReferences = (ssm: Pick<Ssm, 'find'>): DynamicReferences => ({
  'serverless-ssm'(reference) {
    const [address = '', flag] = reference.split('#');
    const parameter = ssm.find(address);
    if (parameter === undefined) throw new UnresolvedReference(`the SSM parameter ${address}`, address);
    const { type, value } = parameter;
    if (flag === 'raw' || type === 'String') return value;
    if (type === 'StringList') return value.split(',');
    return value.startsWith('{') ? (parseJson(value) ?? value) : value;
  },
});
