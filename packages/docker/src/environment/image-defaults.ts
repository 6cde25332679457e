import { isDeepStrictEqual } from 'node:util';

type Words = Readonly<Record<string, unknown>>;

/** Fields that the engine takes from the image as a whole where the request says nothing. */
const wholeFields = [
  'User',
  'WorkingDir',
  'StopSignal',
  'StopTimeout',
  'Healthcheck',
  'Shell',
  'OnBuild',
  'ArgsEscaped',
];
/** Fields to which the engine adds the image's entries that the request does not have. */
const mergedFields = ['Labels', 'ExposedPorts', 'Volumes'];

/**
 * A container's configuration without what the engine would fill in from its image anyway. From the same image the
 * same container comes out; from a newer one, the newer image's own values do, as Compose would do it.
 * (The rules are those of the engine's `merge` of a request with an image.)
 *
 * @param image the image's own configuration; undefined where it is gone, and then everything is kept
 */
export function withoutImageDefaults(config: Words, image: Words | undefined): Record<string, unknown> {
  const kept: Record<string, unknown> = { ...config };
  if (image === undefined) return kept;
  for (const field of wholeFields) {
    if (isDeepStrictEqual(kept[field], image[field])) delete kept[field];
  }
  for (const field of mergedFields) {
    const inherited = wordsOf(image[field]);
    const own = Object.entries(wordsOf(kept[field])).filter(
      ([name, value]) => !isDeepStrictEqual(inherited[name], value),
    );
    if (own.length > 0) kept[field] = Object.fromEntries(own);
    else delete kept[field];
  }
  const inherited = new Set(stringsOf(image['Env']));
  kept['Env'] = stringsOf(kept['Env']).filter((entry) => !inherited.has(entry));
  leaveOutCommand(kept, image);
  return kept;
}

/** The image's command only holds where a request names no entry point of its own. */
function leaveOutCommand(kept: Record<string, unknown>, image: Words): void {
  const [entrypoint, command] = [stringsOf(kept['Entrypoint']), stringsOf(kept['Cmd'])];
  const [imageEntrypoint, imageCommand] = [stringsOf(image['Entrypoint']), stringsOf(image['Cmd'])];
  if (!isDeepStrictEqual(entrypoint, imageEntrypoint)) {
    // An empty list would bring the image's back: this is how the engine is told that there is none.
    if (entrypoint.length === 0) kept['Entrypoint'] = [''];
    return;
  }
  if (isDeepStrictEqual(command, imageCommand)) {
    delete kept['Entrypoint'];
    delete kept['Cmd'];
  } else if (command.length > 0) {
    delete kept['Entrypoint'];
  }
}

const wordsOf = (value: unknown): Words =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const stringsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
