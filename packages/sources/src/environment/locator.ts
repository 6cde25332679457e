import { z } from 'zod';

export const environmentLocator = z.object({
  environment: z.string().min(1),
  /** The Compose project, where it is one. */
  project: z.string().min(1).optional(),
});
export type EnvironmentLocator = z.infer<typeof environmentLocator>;
