import type { ErrorCode } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';

interface EngineFailure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
}

const byErrno: Readonly<Record<string, ErrorCode>> = {
  ECONNREFUSED: 'docker-unreachable',
  ENOENT: 'docker-unreachable',
  ENOTFOUND: 'docker-unreachable',
  EHOSTUNREACH: 'docker-unreachable',
  ETIMEDOUT: 'docker-unreachable',
  EACCES: 'docker-permission-denied',
  EPERM: 'docker-permission-denied',
  ECONNRESET: 'container-lost',
  EPIPE: 'container-lost',
};

const byStatus: Readonly<Record<number, ErrorCode>> = {
  403: 'docker-forbidden',
  404: 'container-not-found',
  409: 'container-not-running',
};

/** The error of a request to the engine, in Holdfast's words. `what` says what was asked: "list containers". */
export function engineError(error: unknown, what: string): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const failure = (error ?? {}) as EngineFailure;
  const words = failure.message ?? String(error);
  const code =
    (failure.code === undefined ? undefined : byErrno[failure.code]) ??
    (failure.statusCode === undefined ? undefined : byStatus[failure.statusCode]) ??
    'docker-failed';
  return new HoldfastError(code, `Could not ${what}: ${words.trim()}`, { cause: error });
}

/** Whether the engine answered with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return (error as EngineFailure | undefined)?.statusCode === status;
}
