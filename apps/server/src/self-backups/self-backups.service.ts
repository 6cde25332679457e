import { fileURLToPath } from 'node:url';
import type { CreateAdminSnapshot, SelfBackupList, SelfBackupResult } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Clock } from '../clock.ts';
import { appliedMigrations } from '../database/migrate.ts';
import type { OperationContext, OperationHandler, StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import { sealBackup } from './backup-stream.ts';
import { exportRows } from './export-rows.ts';
import { formatVersion } from './format.ts';
import { timeOfBackup } from './prefix.rules.ts';
import { expired } from './retention.rules.ts';
import type { SelfBackupsStore } from './self-backups.store.ts';
import type { State } from './state.ts';
import type { BackupPlace } from './storage.ts';

const places = ['configured', 'data-directory'] as const;
const paramsSchema = z.object({ place: z.enum(places), scheduled: z.boolean() });
const subject = { kind: 'holdfast', id: 'holdfast', name: 'Holdfast' } as const;

const howToRestore =
  'Send its uri to POST /v1/admin/snapshots/restore, or fetch the file and run: holdfast self restore --dir DIR --restore-file FILE. The key is HOLDFAST_BACKUP_ENCRYPTION_KEY in the .env of the data directory.';

export interface SelfBackupsParts {
  readonly store: SelfBackupsStore;
  readonly operations: OperationsService;
  readonly alerts: AlertsService;
  readonly clock: Clock;
  readonly state: State;
  readonly places: Readonly<Record<(typeof places)[number], BackupPlace>>;
  readonly key: Buffer;
  readonly cron?: string;
  /** Holdfast's own version, and its name among others. */
  readonly version: string;
  readonly instance: string;
}

/** Holdfast's own database into one encrypted file. */
export class SelfBackupsService {
  readonly #parts: SelfBackupsParts;

  constructor(parts: SelfBackupsParts) {
    this.#parts = parts;
  }

  /** @throws HoldfastError `invalid-input` for a destination that self-backups do not have */
  start({ destination }: Pick<CreateAdminSnapshot, 'destination'> = {}): Promise<StoredOperation> {
    if (destination !== undefined && destination !== 'data-directory') {
      throw new HoldfastError(
        'invalid-input',
        `Self-backups cannot be sent to ${JSON.stringify(destination)}.`,
        { hint: 'Leave the destination out for the configured storage, or use data-directory.' },
      );
    }
    return this.#create(destination === undefined ? 'configured' : 'data-directory', false);
  }

  startScheduled(): Promise<StoredOperation> {
    return this.#create('configured', true);
  }

  #create(place: (typeof places)[number], scheduled: boolean): Promise<StoredOperation> {
    const params = { place, scheduled } satisfies z.infer<typeof paramsSchema>;
    return this.#parts.operations.create({ kind: 'self-backup', role: 'part', params });
  }

  readonly handler: OperationHandler = {
    run: async (operation, context) => {
      const { alerts } = this.#parts;
      const params = paramsSchema.parse(operation.params);
      try {
        const result = await this.#backUp(params, context);
        await alerts.resolve('self-backup-failed', subject);
        return result;
      } catch (error) {
        if (!context.signal.aborted) await this.#raise(error);
        throw error;
      }
    },
    repeat: ({ params }) => ({ kind: 'self-backup', role: 'part', params }),
  };

  async #backUp(
    { place, scheduled }: z.infer<typeof paramsSchema>,
    { reporter, signal }: OperationContext,
  ): Promise<SelfBackupResult> {
    const { state, clock, key, version, instance, store } = this.#parts;
    const { files, provider, ready, keyAt } = this.#parts.places[place];
    const now = await this.#freeMoment(this.#parts.places[place]);
    const name = keyAt(now);
    reporter.step('writing the state');
    await ready();
    let rows = 0;
    const bytes = await state.read(async (database) => {
      const header = {
        holdfast: 'self-backup' as const,
        format: formatVersion,
        version,
        instance,
        migrations: await appliedMigrations(database),
        createdAt: clock.now().toISOString(),
      };
      const content = exportRows(database, header, (sofar) => {
        rows = sofar;
      });
      return files.put(name, sealBackup(content, key), { signal });
    });
    const uri = files.uriOf(name);
    await store.add({
      id: uuidv7(),
      uri,
      provider,
      time: now.toISOString(),
      bytes,
      scheduled: scheduled ? 1 : 0,
    });
    if (scheduled) await this.#removeExpired(this.#parts.places[place], reporter);
    return { uri, ...(provider === 'local' ? { file: fileURLToPath(uri) } : {}), bytes, rows };
  }

  /** Names hold whole seconds: a second backup within one gets the next. */
  async #freeMoment({ files, keyAt, beginning }: BackupPlace): Promise<Date> {
    const taken = new Set((await files.list(beginning)).map(({ key }) => key));
    let moment = this.#parts.clock.now();
    while (taken.has(keyAt(moment))) moment = new Date(moment.getTime() + 1000);
    return moment;
  }

  /** Only what this Holdfast recorded as its own is removed, whatever else lies there. */
  async #removeExpired({ files }: BackupPlace, reporter: OperationContext['reporter']): Promise<void> {
    const { store } = this.#parts;
    const own = (await store.all()).filter(({ scheduled }) => scheduled === 1);
    const here = own.flatMap((backup) => {
      const key = files.keyOf(backup.uri);
      return key === undefined ? [] : [{ ...backup, key }];
    });
    for (const { id, key, uri } of expired(here)) {
      try {
        await files.delete(key);
        await store.remove(id);
      } catch (error) {
        // The backup itself is made; the next one tries again.
        reporter.log('warn', `${uri} could not be removed: ${asHoldfastError(error).message}`);
      }
    }
  }

  async #raise(error: unknown): Promise<void> {
    const { message, hint } = asHoldfastError(error);
    await this.#parts.alerts.raise({
      code: 'self-backup-failed',
      subject,
      message: `Holdfast could not back up its own database. ${message}`,
      hint,
    });
  }

  /** What was recorded, and what the storage has: after a loss, that is all that is known. */
  async list(): Promise<SelfBackupList> {
    const { store, cron } = this.#parts;
    const recorded = new Map((await store.all()).map((backup) => [backup.uri, backup]));
    const found = new Map<string, SelfBackupList['items'][number]>();
    const warnings: string[] = [];
    for (const { files, provider, beginning } of Object.values(this.#parts.places)) {
      try {
        for (const { key, bytes } of await files.list(beginning)) {
          const time = timeOfBackup(key)?.toISOString();
          const uri = files.uriOf(key);
          if (time !== undefined) found.set(uri, { uri, time, bytes, provider, stored: true });
        }
      } catch (error) {
        warnings.push(`The storage (${provider}) could not be asked. ${asHoldfastError(error).message}`);
      }
    }
    for (const { uri, time, bytes, provider } of recorded.values()) {
      if (!found.has(uri)) found.set(uri, { uri, time, bytes, provider, stored: false });
    }
    return {
      items: [...found.values()].toSorted((a, b) => (a.time < b.time ? 1 : -1)),
      provider: this.#parts.places.configured.provider,
      ...(cron === undefined ? {} : { schedule: cron }),
      howToRestore,
      warnings,
    };
  }
}
