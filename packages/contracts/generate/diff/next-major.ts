import type { ContractChange } from '@dure/compatibility';

const MESSAGE = /^(?<owner>[\w-]+)\/(?<name>\w+)\.v(?<major>\d+)$/;

/** How to make breaking changes without breaking anybody, by the first message and the first endpoint among them. */
export function nextMajor(breaking: readonly Pick<ContractChange, 'contract'>[]): string {
  const contracts = breaking.map(({ contract }) => contract);
  const message = contracts.map((it) => MESSAGE.exec(it)?.groups).find((groups) => groups !== undefined);
  const endpoint = contracts.find((it) => it.includes(' '));
  return [
    'A change that breaks a consumer or a caller is a new major version, and both run until the old one is unused.',
    ...(message === undefined ? [] : nextMessage(message)),
    ...(endpoint === undefined ? [] : nextEndpoint(endpoint)),
    'If no stage has the contract yet, commit the change: the next comparison starts from there.',
    'See "Change" in packages/contracts/README.md.',
  ].join('\n');
}

function nextMessage({ owner, name, major }: Record<string, string>): string[] {
  const next = Number(major) + 1;
  return [
    `Keep ${name}, and declare the next version beside it in packages/contracts/src/contracts/${owner}/:`,
    `  export const ${name}V${next} = …('${owner}', '${name}', ${next}, …);`,
    `The service sends both until nobody consumes ${name}.v${major}.`,
  ];
}

/** @param contract such as `orders POST /v1/orders` */
function nextEndpoint(contract: string): string[] {
  const [, method, path = ''] = contract.split(' ');
  const [, major, rest = ''] = /^\/v(\d+)(.*)/.exec(path) ?? [];
  return [
    `Keep ${method} ${path}, and declare another endpoint beside it, with a name of its own:`,
    `  method: '${method}', path: '${rest}', version: ${Number(major) + 1}, …`,
  ];
}
