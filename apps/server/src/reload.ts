/** A change that can only be made while nothing runs: Holdfast ends, changes, and starts again in the same process. */
export interface Reload {
  /** Called when nothing runs and the database is closed. */
  change(): Promise<void>;
  /** The change failed, or the start after it did: makes everything as it was. */
  takeBack(error: unknown): Promise<void>;
}

/** Returns at once; the change begins when what asks for it has ended. */
export type RequestReload = (reload: Reload) => void;

/** One run of the server, of which there may be several in the life of a process. */
export interface Run {
  readonly url?: string;
  /** `reloading`: what is under way gets a grace period, whatever the mode. */
  close(reloading?: boolean): Promise<void>;
}

const attempts = 5;
const attemptPauseMs = 1_000;

/**
 * Starts runs of a server one after the other, each on the same address.
 * @param start starts one; `port` is the one to listen on again
 */
export async function startReloadable<R extends Run>(
  start: (requestReload: RequestReload, port?: number) => Promise<R>,
  onError: (message: string, error: unknown) => void,
): Promise<{ readonly first: R; readonly close: () => Promise<void> }> {
  let current: R | undefined;
  let reloading: Promise<void> = Promise.resolve();
  let closing = false;

  const requestReload: RequestReload = (reload) => {
    reloading = reloading.then(async () => {
      if (closing || current === undefined) {
        await reload.takeBack(new Error('Holdfast was stopped.'));
        return;
      }
      const port = portOf(current);
      await current.close(true);
      current = undefined;
      try {
        await reload.change();
        current = await start(requestReload, port);
      } catch (error) {
        onError('The change was taken back.', error);
        await reload.takeBack(error);
        current ??= await startAgain(() => start(requestReload, port), onError);
      }
    });
  };

  const first = await start(requestReload);
  current = first;
  return {
    first,
    close: async () => {
      closing = true;
      await reloading;
      await current?.close();
    },
  };
}

/** What ran before runs again; where it does not at once, its address may not be free yet. */
async function startAgain<R>(
  start: () => Promise<R>,
  onError: (message: string, error: unknown) => void,
): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      onError('Holdfast could not be started again.', error);
      if (attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, attemptPauseMs));
    }
  }
}

function portOf({ url }: Run): number | undefined {
  return url === undefined ? undefined : Number(new URL(url).port);
}
