import { rmdir, stat, statfs } from 'node:fs/promises';
import type { ProbeResult } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { ProbeOptions } from '../destination.ts';
import { probeObject } from '../probe-object.ts';
import { defaultStepTimeoutMs, ProbeSteps, StepTimeout } from '../probe-steps.ts';
import { localFailure } from './errors.ts';
import { localObjectStore, makeFolderUnlessThere } from './object-store.ts';
import type { LocalSettings } from './settings.ts';
import { storageWarnings } from './storage-warnings.ts';

/**
 * Makes the folder where it is missing and the folder above it is there, then writes, reads, lists and deletes.
 * A folder that was made stays only when the probe succeeded.
 */
export async function probeLocal(settings: LocalSettings, options: ProbeOptions = {}): Promise<ProbeResult> {
  const folder = settings.path;
  const steps = new ProbeSteps({
    timeoutMs: options.timeoutMs ?? defaultStepTimeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    explain: (error) => explain(error, folder),
  });
  let made = false;
  try {
    await steps.run('connect', async () => {
      made = await makeFolderUnlessThere(folder);
      if (!(await stat(folder)).isDirectory()) {
        throw new HoldfastError('destination-folder-invalid', `${JSON.stringify(folder)} is not a folder.`);
      }
      steps.warnings.push(
        ...storageWarnings(await statfs(folder), await deviceOf(folder), await deviceOf('/')),
      );
    });
    await probeObject(steps, localObjectStore(folder));
    return steps.result();
  } finally {
    // Only an empty folder can be removed this way.
    if (made && steps.failed) await rmdir(folder).catch(() => undefined);
  }
}

function explain(error: unknown, folder: string): HoldfastError {
  if (!(error instanceof StepTimeout)) return localFailure(error, folder);
  return new HoldfastError(
    'destination-unreachable',
    `${JSON.stringify(folder)} does not answer. ${error.message}`,
    {
      hint: 'If it is on a network share, check the server of the share and mount it again.',
    },
  );
}

async function deviceOf(file: string): Promise<number> {
  return (await stat(file)).dev;
}
