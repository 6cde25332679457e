import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { DockerHost } from '../docker-host.ts';
import { throwIfCancelled } from './cancellation.ts';
import type { RecreateOptions } from './recreation.ts';
import type { DefinitionSurvey, SurveyedImage } from './survey.ts';

export interface PreparedImages {
  /** What each container is created from, by its name. */
  readonly references: ReadonlyMap<string, string>;
  readonly pulled: readonly string[];
  readonly warnings: string[];
}

/** Sees to it that every image is here. @throws HoldfastError `image-missing` naming it */
export async function prepareImages(
  docker: DockerHost,
  { images }: DefinitionSurvey,
  { signal, reporter }: RecreateOptions,
): Promise<PreparedImages> {
  const references = new Map<string, string>();
  const pulled: string[] = [];
  const warnings: string[] = [];
  for (const image of images) {
    throwIfCancelled(signal);
    if (image.state === 'pullable') {
      reporter.step(`pulling ${image.reference}`);
      await pull(docker, image, signal);
      pulled.push(image.reference);
    }
    // Compose, and whoever reads a list of containers, knows it by this name.
    const source = image.state === 'present' ? image.imageId : image.reference;
    if (image.nameFree && source !== image.image) await docker.resources.tagImage(source, image.image);
    const reference = image.nameFree ? image.image : image.reference;
    if (!image.exact) {
      warnings.push(
        `${image.containers.join(', ')} was made from the image ${image.image} as it is now; the one that was backed up is gone.`,
      );
    }
    for (const container of image.containers) references.set(container, reference);
  }
  return { references, pulled, warnings };
}

async function pull(docker: DockerHost, image: SurveyedImage, signal: AbortSignal): Promise<void> {
  try {
    await docker.resources.pullImage(image.reference, signal);
  } catch (error) {
    throwIfCancelled(signal);
    throw new HoldfastError(
      'image-missing',
      `The image ${image.image} of ${image.containers.join(', ')} is not here and could not be pulled. ${asHoldfastError(error).message}`,
      { cause: error },
    );
  }
}
