/**
 * A read model and its rebuild. Readers use one generation; a rebuild fills the next one while new events go to both.
 * Then readers switch over and the old generation is purged.
 */
export interface Projection {
  readonly generation: number;
  /** Counts the steps of all rebuilds. */
  readonly sequence: number;
  readonly rebuild?: Rebuild;
}

export interface Rebuild {
  readonly rebuildId: string;
  readonly phase: 'building' | 'purging' | 'finished';
  readonly orders: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Where the scan continues; opaque here. */
  readonly cursor?: string;
}

/** The result of one rebuild step: how many items, and where the next step continues; no cursor ends the phase. */
export interface StepResult {
  readonly count: number;
  readonly cursor?: string;
}

export const initialProjection: Projection = { generation: 0, sequence: 0 };

export const isRebuilding = ({ rebuild }: Projection): boolean => rebuild !== undefined && rebuild.phase !== 'finished';

/** The generations to which an order's new state is written. */
export const writtenGenerations = (projection: Projection): number[] =>
  projection.rebuild?.phase === 'building'
    ? [projection.generation, projection.generation + 1]
    : [projection.generation];

/** Starts a rebuild; undefined while another one runs. */
export function beginRebuild(projection: Projection, rebuildId: string, time: string): Projection | undefined {
  if (isRebuilding(projection)) return undefined;
  return {
    ...projection,
    sequence: projection.sequence + 1,
    rebuild: { rebuildId, phase: 'building', orders: 0, startedAt: time },
  };
}

/** The projection after a step. Readers switch to the new generation once it is complete. */
export function advanceRebuild(projection: Projection, step: StepResult, time: string): Projection {
  const { rebuild, generation } = projection;
  if (rebuild === undefined) return projection;
  const sequence = projection.sequence + 1;
  switch (rebuild.phase) {
    case 'building': {
      const orders = rebuild.orders + step.count;
      const next = { ...rebuild, orders, cursor: step.cursor };
      if (step.cursor !== undefined) return { ...projection, sequence, rebuild: next };
      return { sequence, generation: generation + 1, rebuild: { ...next, phase: 'purging' } };
    }
    case 'purging':
      if (step.cursor !== undefined) return { ...projection, sequence, rebuild: { ...rebuild, cursor: step.cursor } };
      return {
        ...projection,
        sequence,
        rebuild: { ...rebuild, phase: 'finished', finishedAt: time, cursor: undefined },
      };
    case 'finished':
      return projection;
    default:
      return rebuild.phase satisfies never;
  }
}
