export declare const NODE_OPTIONS: readonly string[];
export declare const CACHES: Readonly<Record<string, string>>;
export declare const ENVIRONMENT: Readonly<Record<string, string>>;
