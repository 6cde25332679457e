import { z } from 'zod';

/** RFC 9457 problem details, the body of every error answer. `code` is a key of the error catalogue. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string(),
});

export type Problem = z.infer<typeof problemSchema>;
