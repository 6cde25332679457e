import { z } from 'zod';

/**
 * What a server said about a request that failed, freed from the SDK's wrapping. Servers word their errors
 * differently, so every field may be absent or odd.
 */
export interface ServerAnswer {
  readonly status: number;
  /** The S3 error code; empty where the body held none. */
  readonly code: string;
  readonly message: string;
  /** The bucket's region, where the server names it. */
  readonly region?: string;
  /** The server's clock. */
  readonly date?: Date;
}

const errorSchema = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  Code: z.string().optional().catch(undefined),
  Region: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number() }),
});

/** The response is not enumerable on the SDK's error. */
const responseSchema = z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()) });

/** Undefined when the error did not come from a server's answer (no connection, no TLS, aborted). */
export function readServerAnswer(error: unknown): ServerAnswer | undefined {
  if (!(error instanceof Error)) return undefined;
  const response = '$response' in error ? responseSchema.safeParse(error.$response) : undefined;
  const headers = response?.data?.headers ?? {};
  const parsed = errorSchema.safeParse(error);
  if (!parsed.success && response?.data === undefined) return undefined;
  const status = parsed.data?.$metadata.httpStatusCode ?? response?.data?.statusCode;
  if (status === undefined) return undefined;
  const message = unlessPlaceholder(parsed.data?.message ?? error.message);
  const region = headers['x-amz-bucket-region'] ?? parsed.data?.Region ?? regionInMessage(message);
  const date = headers['date'] === undefined ? undefined : new Date(headers['date']);
  return {
    status,
    code: unlessPlaceholder(parsed.data?.Code ?? parsed.data?.name ?? ''),
    message,
    ...(region === undefined ? {} : { region }),
    ...(date === undefined || Number.isNaN(date.getTime()) ? {} : { date }),
  };
}

/** There is no such object; a missing bucket is something else. */
export function isMissingObject(error: unknown): boolean {
  const answer = readServerAnswer(error);
  return answer?.status === 404 && answer.code !== 'NoSuchBucket';
}

/** The SDK puts words of its own where an answer had no code or no message. */
function unlessPlaceholder(text: string): string {
  const placeholder =
    ['Error', 'Unknown', 'UnknownError', 'SyntaxError'].includes(text) || /^\d+$/.test(text);
  return placeholder ? '' : text;
}

/** AWS, MinIO and Swift all write: the region 'x' is wrong; expecting 'y'. */
function regionInMessage(message: string): string | undefined {
  return /expecting '([\w-]+)'/.exec(message)?.[1];
}
