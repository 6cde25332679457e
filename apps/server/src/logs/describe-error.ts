/** A cause of a cause of a cause: further ones say nothing new, and a circle must end. */
const deepestCause = 5;
const longestText = 8_000;

export interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

/**
 * What may be told of a thrown value: its words, its code, where it came from. Errors of libraries carry requests,
 * environments and credentials beside that; none of it is taken along.
 */
export function describeError(error: unknown, depth = 1): DescribedError {
  if (!(error instanceof Error)) return { name: 'Thrown', message: scrub(thrownWords(error)) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name,
    message: scrub(message),
    ...(code === undefined ? {} : { code: scrub(code) }),
    ...(stack === undefined ? {} : { stack: scrub(stack) }),
    ...(cause === undefined || depth >= deepestCause ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

/** Credentials in an address, the one place where messages of other programs are known to repeat them. */
export function scrub(text: string): string {
  return text.slice(0, longestText).replaceAll(/(\/\/[^\s/:@]{0,256}:)[^\s/@]{1,1024}@/g, '$1[redacted]@');
}

/** An object that was thrown may hold anything: only its kind is told. */
function thrownWords(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null
    ? Object.prototype.toString.call(thrown)
    : String(thrown);
}
