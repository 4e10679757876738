export declare const HELP: string;
export declare function parseAccountOptions(args: string[]): {
  port: number | undefined;
  data: string;
  fresh: boolean;
  json: boolean;
  verbose: boolean;
  help: boolean;
};
