export const KILLED: number;
export function dieBeforeWrite(write: number): () => void;
