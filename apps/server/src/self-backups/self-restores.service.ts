import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { RestoreAdminSnapshot } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { OperationContext, OperationHandler, StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Reload, RequestReload } from '../reload.ts';
import { carryOver } from './carry-over.ts';
import { fillFromBackup } from './fill-from-backup.ts';
import type { Header } from './format.ts';
import type { PreparedState, State, Swapped } from './state.ts';
import type { BackupPlace } from './storage.ts';

const paramsSchema = z.object({ uri: z.string(), anyFile: z.boolean() });

export interface SelfRestoresParts {
  readonly operations: OperationsService;
  readonly clock: Clock;
  readonly state: State;
  /** Where backups are taken from. */
  readonly places: readonly BackupPlace[];
  readonly key: Buffer;
  /** Where a file is fetched to; gone afterwards. */
  readonly temporaryFile: string;
  readonly reload?: RequestReload;
}

/** Holdfast's own database back out of a file: everything is proven first, then this process starts again on it. */
export class SelfRestoresService {
  readonly #parts: SelfRestoresParts;

  constructor(parts: SelfRestoresParts) {
    this.#parts = parts;
  }

  /**
   * @param anyFile whether a file anywhere on this machine may be read, which only its owner may ask for
   * @throws HoldfastError `confirmation-required`, `invalid-input` for what is in none of the places
   */
  start({ uri, confirmation }: RestoreAdminSnapshot, anyFile: boolean): Promise<StoredOperation> {
    if (confirmation !== undefined && confirmation !== 'main') {
      throw new HoldfastError('confirmation-required', 'What was typed is not main; nothing was changed.');
    }
    const inPlace = this.#parts.places.some(({ files }) => files.keyOf(uri) !== undefined);
    if (!inPlace && !(anyFile && uri.startsWith('file:///'))) {
      throw new HoldfastError('invalid-input', `${JSON.stringify(uri)} is in no place of self-backups.`, {
        hint: 'GET /v1/admin/snapshots lists what can be restored. On the server itself, holdfast self restore takes any file.',
      });
    }
    const params = { uri, anyFile } satisfies z.infer<typeof paramsSchema>;
    // As a pass it waits for no backup to leave it a slot.
    return this.#parts.operations.create({ kind: 'self-restore', role: 'pass', params });
  }

  readonly handler: OperationHandler = {
    run: async (operation, context) => {
      const { reload, operations } = this.#parts;
      if (reload === undefined)
        throw new HoldfastError('internal', 'This Holdfast cannot start itself again.');
      const [running] = (await operations.list({ kind: 'restore', state: 'running', limit: 1 })).items;
      if (running !== undefined) {
        throw new HoldfastError('conflict', `The restore ${running.id} is running.`, {
          hint: 'Wait for its end, then restore Holdfast itself.',
        });
      }
      const { prepared, header } = await this.#prepare(paramsSchema.parse(operation.params), context);
      context.reporter.step('starting again on what was restored');
      context.handOn();
      reload(this.#swap(operation.id, prepared, header));
      return {};
    },
  };

  async #prepare(
    { uri, anyFile }: z.infer<typeof paramsSchema>,
    { reporter, signal }: OperationContext,
  ): Promise<{ prepared: PreparedState; header: Header }> {
    const { state, key, clock, temporaryFile } = this.#parts;
    reporter.step('fetching the backup');
    try {
      const file = await this.#fetch(uri, anyFile, signal);
      reporter.step('reading the backup to its end');
      let header: Header | undefined;
      const prepared = await state.prepare(async (database) => {
        header = await fillFromBackup(database, createReadStream(file, { signal }), {
          key,
          now: clock.now(),
        });
      });
      if (header === undefined || signal.aborted) {
        await prepared.discard();
        throw new HoldfastError('cancelled', 'It was cancelled; nothing was changed.');
      }
      reporter.log(
        'info',
        `The state of ${header.createdAt}, written by Holdfast ${header.version}, is whole.`,
      );
      return { prepared, header };
    } finally {
      await rm(temporaryFile, { force: true });
    }
  }

  /** The path of a file on this machine with the content: what is elsewhere is fetched whole before it is judged. */
  async #fetch(uri: string, anyFile: boolean, signal: AbortSignal): Promise<string> {
    const { places, temporaryFile } = this.#parts;
    for (const { files, provider } of places) {
      const key = files.keyOf(uri);
      if (key === undefined) continue;
      const body = await files.get(key, { signal });
      await pipeline(body, createWriteStream(temporaryFile, { mode: 0o600 }), { signal }).catch(
        (error: unknown) => {
          throw asHoldfastError(
            error,
            provider === 'local' ? 'destination-failed' : 'destination-unreachable',
          );
        },
      );
      return temporaryFile;
    }
    const path = anyFile ? fileURLToPath(uri) : '';
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() === true) return path;
    throw new HoldfastError('not-found', `There is no file ${JSON.stringify(path)}.`);
  }

  #swap(operationId: string, prepared: PreparedState, header: Header): Reload {
    const { clock, state } = this.#parts;
    let swapped: Swapped | undefined;
    return {
      change: async () => {
        swapped = await prepared.swap((present, restored, previous) =>
          carryOver(present, restored, {
            operationId,
            finishedAt: clock.now().toISOString(),
            result: { createdAt: header.createdAt, version: header.version, previous },
          }),
        );
      },
      takeBack: async (error) => {
        await prepared.discard();
        const failure = asHoldfastError(error).toFailure();
        const columns = {
          state: 'failed' as const,
          finished_at: clock.now().toISOString(),
          error: JSON.stringify(failure),
        };
        await swapped?.takeBack();
        await state.change(async (database) => {
          await database.updateTable('operations').set(columns).where('id', '=', operationId).execute();
        });
      },
    };
  }
}
