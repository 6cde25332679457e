import { z } from 'zod';

/** What the manifest keeps of a tree of files beside them. */
export const treeDetails = z.looseObject({
  /** Of the root itself; everything below it is in the repository. */
  root: z.object({ mode: z.number(), uid: z.number(), gid: z.number(), mtimeMs: z.number() }),
  allocatedBytes: z.number(),
  /** Whether nothing changed below the root while it was read: all files are then of one moment. */
  unchanged: z.boolean(),
  excludes: z.array(z.string()),
});
export type TreeDetails = z.infer<typeof treeDetails>;
