import { z } from 'zod';

/** What the manifest keeps of a folder beside its files. */
export const directoryDetails = z.looseObject({
  /** Of the root itself; everything below it is in the repository. */
  root: z.object({ mode: z.number(), uid: z.number(), gid: z.number(), mtimeMs: z.number() }),
  allocatedBytes: z.number(),
  /** Whether nothing changed below the root from before the capture until after it: the counts are then exact. */
  unchanged: z.boolean(),
  excludes: z.array(z.string()),
});
export type DirectoryDetails = z.infer<typeof directoryDetails>;
