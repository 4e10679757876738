/**
 * A read model and its rebuild. Readers ask one generation; a rebuild fills the next one beside it, while new events go
 * to both, then readers change over and the old generation is purged.
 */
export interface Projection {
  readonly generation: number;
  /** Counts the steps of all its rebuilds. */
  readonly sequence: number;
  readonly rebuild?: Rebuild;
}

export interface Rebuild {
  readonly rebuildId: string;
  readonly phase: 'building' | 'purging' | 'finished';
  readonly orders: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Where the scan goes on; opaque here. */
  readonly cursor?: string;
}

/** What one step of a rebuild did: how many items, and where the next goes on; without a cursor its phase is done. */
export interface StepResult {
  readonly count: number;
  readonly cursor?: string;
}

export const initialProjection: Projection = { generation: 0, sequence: 0 };

export const isRebuilding = ({ rebuild }: Projection): boolean => rebuild !== undefined && rebuild.phase !== 'finished';

/** The generations that an order's new state has to be written to. */
export const writtenGenerations = (projection: Projection): number[] =>
  projection.rebuild?.phase === 'building'
    ? [projection.generation, projection.generation + 1]
    : [projection.generation];

/** Begins a rebuild; undefined while another is under way. */
export function beginRebuild(projection: Projection, rebuildId: string, time: string): Projection | undefined {
  if (isRebuilding(projection)) return undefined;
  return {
    ...projection,
    sequence: projection.sequence + 1,
    rebuild: { rebuildId, phase: 'building', orders: 0, startedAt: time },
  };
}

/** The projection after a step. When the new generation is complete, readers change over to it. */
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
