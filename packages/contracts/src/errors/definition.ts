/** What a command's exit status says; the numbers are part of the command line's contract. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  partlyFailed: 3,
  notFound: 4,
  refused: 5,
  unreachable: 6,
  /** Of `diff`: what is there is not what the file says. */
  different: 7,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One entry of the error catalogue. A code is never reused once it was released. */
export interface ErrorDefinition {
  /** What happened, in one short sentence that fits every occurrence. */
  readonly title: string;
  /** HTTP status of the problem document. */
  readonly status: number;
  readonly exit: ExitCode;
  /** What the person should do next, unless the place that throws knows better. */
  readonly hint: string;
}

export type ErrorGroup = Readonly<Record<string, ErrorDefinition>>;
