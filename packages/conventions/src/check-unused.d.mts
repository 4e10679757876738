export interface Unused {
  readonly manifest: string;
  readonly dependency: string;
}

export declare function checkUnused(root: string): { dependencies: number; unused: Unused[] };
