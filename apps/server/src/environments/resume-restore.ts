import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { OperationContext } from '../operations/operation.ts';
import type { RestoreJournal } from '../restores/restore-journal.ts';
import type { RestoreParts } from './restore-environment.ts';
import { describeLeftovers, type Leftover, rollBack } from './roll-back.ts';
import { shellWord } from './shell-words.ts';
import { startContainers } from './start-containers.ts';

/**
 * Ends a restore whose process died, by its journal. Where all data was in place, what is left is to start the
 * containers; else everything is taken back. Where somebody started a stopped container meanwhile, data is in use that
 * must not be replaced again: then only what is stopped is started, and the error says what is where.
 *
 * @throws HoldfastError `roll-back-failed`
 */
export async function resumeRestore(
  parts: RestoreParts,
  journal: RestoreJournal,
  { environment, resumes }: { readonly environment: string; readonly resumes: string },
  { reporter }: OperationContext,
): Promise<Record<string, unknown>> {
  const begun = journal.entries.find((entry) => entry.type === 'begun');
  const has = (type: string) => journal.entries.some((entry) => entry.type === type);
  if (begun === undefined || has('rolled-back') || has('finished'))
    return { environment, resumes, outcome: 'nothing' };
  if (has('restored') && !has('rolling-back')) {
    reporter.step('starting what is left to start');
    await startContainers(parts.docker, begun.start, [], {
      reporter,
      signal: new AbortController().signal,
      onStart: (container) => journal.write({ type: 'starting', container }),
    });
    await journal.write({ type: 'finished' });
    return { environment, resumes, outcome: 'finished' };
  }
  const touched = has('rolling-back') ? [] : await startedByOthers(parts, journal);
  if (touched.length > 0) {
    throw await leaveData(parts, journal, begun.ran, touched);
  }
  reporter.step('rolling back');
  const left = await rollBack(parts, journal, resumes, reporter);
  if (left.length > 0) throw failed(left);
  return { environment, resumes, outcome: 'rolled-back' };
}

async function startedByOthers({ docker }: RestoreParts, journal: RestoreJournal): Promise<string[]> {
  const own = new Set(
    journal.entries.flatMap((entry) => (entry.type === 'starting' ? [entry.container] : [])),
  );
  const stopped = journal.entries.flatMap((entry) => (entry.type === 'stopping' ? [entry.container] : []));
  // The last that was to be stopped may never have been.
  const sure = stopped.slice(0, -1).filter((name) => !own.has(name));
  const running: string[] = [];
  for (const name of sure) {
    const status = await docker.lifecycle.status(name).catch(() => undefined);
    if (status?.running === true) running.push(name);
  }
  return running;
}

async function leaveData(
  { docker }: RestoreParts,
  journal: RestoreJournal,
  ran: readonly string[],
  touched: readonly string[],
): Promise<HoldfastError> {
  const left: Leftover[] = [
    {
      detail: `The restore was cut off, and ${touched.join(', ')} was started since: its data is left as it is.`,
      commands: [],
    },
  ];
  const restored = journal.entries.flatMap((entry) =>
    entry.type === 'restoring' ? [entry.member.source] : [],
  );
  if (restored.length > 0) {
    left.push({
      detail: `These hold the restored data, or part of it: ${restored.join(', ')}.`,
      commands: [],
    });
  }
  for (const name of ran) {
    await docker.lifecycle.start(name).catch((error: unknown) => {
      left.push({
        detail: `${name} could not be started: ${asHoldfastError(error).message}`,
        commands: [`docker start ${shellWord(name)}`],
      });
    });
  }
  await journal.write({ type: 'finished' });
  return failed(left);
}

function failed(left: readonly Leftover[]): HoldfastError {
  return new HoldfastError('roll-back-failed', describeLeftovers(left));
}
