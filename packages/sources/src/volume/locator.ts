import { z } from 'zod';

/** As the engine has it; `docker volume create` refuses anything else. */
export const volumeName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'must be the name of a volume');

export const volumeLocator = z.object({ volume: z.object({ name: volumeName }) });
export type VolumeLocator = z.infer<typeof volumeLocator>;
