export const KILLED: number;
export function killBeforeWrite(write: number): () => void;
