import type { DefinedContainer } from '@holdfast/contracts';
import type { DockerHost } from '../docker-host.ts';
import { throwIfCancelled } from './cancellation.ts';
import type { SurveyedImage } from './survey.ts';

/** Where the images of containers that are to be made can be had. */
export async function surveyImages(
  docker: DockerHost,
  containers: readonly DefinedContainer[],
  signal: AbortSignal,
): Promise<SurveyedImage[]> {
  const groups = Map.groupBy(containers, ({ image, imageId }) => JSON.stringify([image, imageId]));
  const surveyed: SurveyedImage[] = [];
  for (const group of groups.values()) {
    throwIfCancelled(signal);
    const [first] = group;
    if (first === undefined) continue;
    surveyed.push({
      image: first.image,
      imageId: first.imageId,
      containers: group.map(({ name }) => name),
      ...(await findImage(docker, first)),
    });
  }
  return surveyed;
}

async function findImage(
  { resources }: DockerHost,
  { image, imageId, imageDigests }: DefinedContainer,
): Promise<Pick<SurveyedImage, 'state' | 'reference' | 'exact' | 'nameFree'>> {
  const [same, named] = [await resources.image(imageId), await resources.image(image)];
  const nameFree = named === undefined && isName(image);
  if (same !== undefined) {
    const digest = same.digests.find((one) => imageDigests.includes(one));
    const reference = named?.id === same.id || nameFree ? image : (digest ?? imageId);
    return { state: 'present', reference, exact: true, nameFree };
  }
  const digest = digestOf(image, imageDigests);
  if (digest !== undefined) return { state: 'pullable', reference: digest, exact: true, nameFree };
  if (named !== undefined) return { state: 'replaced', reference: image, exact: false, nameFree };
  if (isName(image)) return { state: 'pullable', reference: image, exact: false, nameFree };
  return { state: 'missing', reference: image, exact: false, nameFree };
}

/** The digest under the name that the container used, where there are several. */
function digestOf(image: string, digests: readonly string[]): string | undefined {
  const name = image.split('@')[0]?.replace(/:[^:/]*$/, '');
  return digests.find((digest) => digest.split('@')[0] === name) ?? digests[0];
}

/** `name:tag`, rather than an id or a digest. */
const isName = (image: string) => !/^(sha256:)?[0-9a-f]{64}$/.test(image) && !image.includes('@');
