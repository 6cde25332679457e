/** The course of the server, one line each, on standard error: standard output belongs to commands. */
export function tellOnStandardError(
  level: 'info' | 'warn' | 'error',
  message: string,
  error?: unknown,
): void {
  const cause = error instanceof Error ? ` ${error.stack ?? error.message}` : '';
  process.stderr.write(`${new Date().toISOString()} ${level} ${message}${cause}\n`);
}
