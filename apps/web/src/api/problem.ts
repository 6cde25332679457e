import { problemSchema } from '@holdfast/contracts';

/** What the server answered when it did not do what was asked: a stable code, what happened, what to do next. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  /** When it is worth another try, where the server said so. */
  readonly retryAt: Date | undefined;

  constructor(status: number, code: string, detail: string, hint: string, retryAt?: Date) {
    super(detail);
    this.status = status;
    this.code = code;
    this.hint = hint;
    this.retryAt = retryAt;
  }
}

/** The problem of an answer that is not a success. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    return new ApiProblem(
      response.status,
      'internal',
      `The server answered with status ${response.status} and nothing more.`,
      'Look at the log of the server, then try again.',
    );
  }
  const { status, code, detail, hint } = parsed.data;
  return new ApiProblem(status, code, detail, hint, retryAtOf(response));
}

function retryAtOf({ headers }: Response): Date | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? new Date(Date.now() + seconds * 1_000) : undefined;
}

/** Any error in the same three parts, for the screen. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(
    0,
    'internal',
    error instanceof Error ? error.message : String(error),
    'Load the page again. If it stays, please report it.',
  );
}
