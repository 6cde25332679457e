import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readIntent, writeIntent } from './intent-file.ts';
import { moveContent } from './move-content.ts';

/**
 * How far an exchange of the content of a folder has come. `out`: the old entries are on their way to `previous`, so what
 * is in `target` is old. `in`: the new ones are on their way from `fresh`, so what is in `target` is new. The file
 * stays when it is `done`, so that nothing takes an exchange that came to its end for one that was not begun.
 */
const intentSchema = z.object({
  step: z.enum(['out', 'in', 'done']),
  target: z.string(),
  fresh: z.string(),
  /** An empty folder at the beginning. All three are on one file system. */
  previous: z.string(),
});
type Intent = z.infer<typeof intentSchema>;
export type ContentSwap = Omit<Intent, 'step'>;

/**
 * Exchanges what is in a folder that itself cannot be renamed, such as the one of a volume. Nobody may use it
 * meanwhile. When it fails it is taken back; after a crash `takeBackContent` does that, or `finishSwap` ends it.
 */
export async function swapContent(intentFile: string, swap: ContentSwap): Promise<void> {
  await writeIntent(intentFile, { step: 'out', ...swap });
  try {
    await finishSwap(intentFile);
  } catch (error) {
    await takeBackContent(intentFile);
    throw error;
  }
}

/** Goes on with an exchange that was begun, to its end. Safe to repeat; nothing when there is none. */
export async function finishSwap(intentFile: string): Promise<void> {
  const intent = await readIntent(intentFile, intentSchema);
  if (intent === undefined || intent.step === 'done') return;
  const { target, fresh, previous } = intent;
  if (intent.step === 'out') {
    await moveContent(target, previous);
    await writeIntent(intentFile, { ...intent, step: 'in' });
  }
  await moveContent(fresh, target);
  await writeIntent(intentFile, { ...intent, step: 'done' });
}

/**
 * Puts the old content of an exchange that did not come to its end back, as if it had not been begun. Safe to repeat.
 * @returns what a person should know, in sentences
 */
export async function takeBackContent(intentFile: string): Promise<string[]> {
  const intent = await readIntent(intentFile, intentSchema);
  if (intent === undefined || intent.step === 'done') return [];
  const { target, fresh, previous } = intent;
  if (intent.step === 'in') {
    await moveContent(target, fresh);
    await writeIntent(intentFile, { ...intent, step: 'out' });
  }
  const left = await moveContent(previous, target);
  await rm(intentFile);
  const shown = JSON.stringify(target);
  return [
    `An interrupted restore of ${shown} was taken back.`,
    ...(left === 0
      ? []
      : [
          `${left} entries of it were made anew meanwhile; those from before are in ${JSON.stringify(previous)}.`,
        ]),
  ];
}
