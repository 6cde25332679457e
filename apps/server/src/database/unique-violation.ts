import { isSqliteUniqueViolation } from './sqlite-errors.ts';

/** Whether a statement was refused because a row like it is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    isSqliteUniqueViolation(error) || (error instanceof Error && 'code' in error && error.code === '23505')
  );
}
