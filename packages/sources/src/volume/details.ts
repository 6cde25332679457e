import type { EngineVolume } from '@holdfast/docker';
import { z } from 'zod';
import { treeDetails } from '../files/tree-details.ts';

const strings = z.record(z.string(), z.string());

/** What the manifest keeps of a volume, so that one that is missing can be made as it was. */
export const volumeTreeDetails = treeDetails.extend({
  volume: z.object({ driver: z.string(), labels: strings, options: strings }),
});
export type VolumeDetails = z.infer<typeof volumeTreeDetails>;

export function volumeDetails({ driver, labels, options }: EngineVolume): Pick<VolumeDetails, 'volume'> {
  return { volume: { driver, labels: { ...labels }, options: { ...options } } };
}
