export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly remedy: string;
}
export function checkDependencies(root: string): Promise<{ modules: number; violations: Violation[] }>;
