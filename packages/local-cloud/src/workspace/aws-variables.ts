import { parseJson } from '@dure/local-http/json';
import { type DynamicReferences, UnresolvedReference } from '../services/cloudformation/index.ts';
import type { Ssm } from '../services/ssm/index.ts';
import type { ConfigurationOptions, VariableSource } from './configuration.ts';

/** `${ssm:/name}`, `${ssm(raw):/name}`; what it stands for is looked up later. */
export const ssmVariable = ({ region, asked, missing }: ConfigurationOptions): VariableSource => ({
  resolve({ address = '', params = [] }) {
    refuseOthers('ssm', address, params, ['raw', region]);
    asked?.add(address);
    const flag = params.includes('raw') ? '#raw' : '';
    return { value: missing?.has(address) === true ? null : `{{resolve:serverless-ssm:${address}${flag}}}` };
  },
});

/** `${cf:stack.output}`, also with the region in which everything is. */
export const cfVariable = ({ region }: ConfigurationOptions): VariableSource => ({
  resolve({ address = '', params = [] }) {
    refuseOthers('cf', address, params, [region]);
    if (/^[^.]+\.[^.]+$/.test(address)) return { value: `{{resolve:serverless-cf:${address}}}` };
    throw new Error(`The variable "\${cf:${address}}" has to name a stack and one of its outputs: stack.output.`);
  },
});

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
