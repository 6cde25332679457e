import { z } from 'zod';

/** An instant, as ISO 8601 in UTC with milliseconds. */
export const instantSchema = z.iso.datetime();

export const idSchema = z.uuid();

/** A page of a list. `next` is given back as `cursor` to read on; it is absent on the last page. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

/** The words of an error, as stored with an operation and shown by every interface. */
export const failureSchema = z.object({ code: z.string(), detail: z.string(), hint: z.string() });
export type Failure = z.infer<typeof failureSchema>;
