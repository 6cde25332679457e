import { z } from 'zod';

/** The one part of a snapshot. */
export const dumpPath = '/dump.rdb';

/** What a snapshot of a Redis or Valkey server says of itself in `details` of its manifest. */
export const redisDetailsSchema = z.object({
  product: z.enum(['redis', 'valkey']),
  version: z.string(),
  /** Of the RDB format, for example 10. */
  format: z.int(),
  /** Milliseconds since 1970; keys that expire then or before were counted as expired. */
  expiredAt: z.number(),
  /** Of the server when the dump was made: about what a restore needs. */
  usedMemory: z.number(),
  /** Whether counts and hashes say what the dump holds; they do not when it holds what Holdfast cannot read. */
  counted: z.boolean(),
});
export type RedisDetails = z.infer<typeof redisDetailsSchema>;
