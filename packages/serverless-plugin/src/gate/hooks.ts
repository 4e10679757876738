import type { Deployment } from '@dure/release-gate/deployment';
import type { Template } from '../template/template.ts';
import { WAITS_FOR_TURN } from '../turn.ts';
import type { Command } from './gate.ts';
import { labelFunctions } from './label.ts';
import type { Deployments } from './rollback.ts';

/** Set by `npm run deploy`, which has asked for all services together: the label of this one. */
const LABEL = 'DURE_LABEL';
/** Set by `npm run remove`, which has asked for all services together. */
const MAY_GO = 'DURE_MAY_GO';

/** The part of the framework that the gate uses. */
interface Serverless {
  readonly serviceDir: string;
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  getProvider(name: 'aws'): Deployments;
  readonly service: { readonly service: string };
}

/** What the gate does around the framework's commands. */
export interface GateHooks {
  /** Before a deployment: refuses, or labels the functions. */
  beforeDeploy(template: Template, kind: { readonly mock: boolean }): Promise<void>;
  /** Refuses where there is a registry: one function alone is no release. */
  beforeDeployFunction(): Promise<void>;
  beforeRollback(): Promise<void>;
  /** After a deployment or a rollback. */
  afterwards(): Promise<void>;
  /** Refuses while somebody who stays requires the service. */
  beforeRemove(): Promise<void>;
  afterRemove(): Promise<void>;
  /** After any command that failed. */
  failed(): Promise<void>;
}

/** The gate is loaded when a command needs it: packaging asks nobody. */
export function gateHooks(
  serverless: Serverless,
  options: Readonly<Record<string, unknown>>,
  say = (text: string): void => void process.stdout.write(`${text}\n`),
): GateHooks {
  const { service } = serverless.service;
  const command: Command = { service, folder: serverless.serviceDir, aws: serverless.getProvider('aws'), say };
  let deployment: Deployment | undefined;
  let rolledBack: (() => Promise<void>) | undefined;
  const load = () => import('./gate.ts');
  const orRefuse = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    const { Refused } = await load();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The framework ends with 1 for every error. What is unknown ends with 2, as `npm run can-deploy` does.
      process.once('exit', () => {
        process.exitCode = error.exitCode;
      });
      throw new serverless.classes.Error(error.message, 'DURE_GATE');
    }
  };
  return {
    async beforeDeploy(template, { mock }) {
      if (process.env[WAITS_FOR_TURN] !== undefined) return labelFunctions(template, process.env[LABEL] || undefined);
      const { passGate } = await load();
      deployment = await orRefuse(() => passGate(command, mock));
      labelFunctions(template, deployment?.labelOf(service));
    },
    async beforeRollback() {
      const timestamp = Number(options['timestamp']);
      if (!Number.isSafeInteger(timestamp)) return;
      const { passRollback } = await load();
      rolledBack = await orRefuse(() => passRollback(command, timestamp));
    },
    async afterwards() {
      const { recorded } = await load();
      if (deployment !== undefined) await recorded(command, () => deployment!.done(service));
      await rolledBack?.();
    },
    async beforeDeployFunction() {
      const { refusalOfFunction } = await load();
      const refusal = await orRefuse(() => refusalOfFunction(command));
      if (refusal !== undefined) throw new serverless.classes.Error(refusal, 'DURE_GATE');
    },
    async beforeRemove() {
      if (process.env[MAY_GO] !== undefined) return;
      const { passRemoval } = await load();
      await orRefuse(() => passRemoval(command));
    },
    async afterRemove() {
      const { recordRemoved } = await load();
      await recordRemoved(command);
    },
    async failed() {
      if (deployment === undefined) return;
      const { recorded } = await load();
      await recorded(command, () => deployment!.failed(service));
    },
  };
}
