import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Background } from '../background.ts';
import type { StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { KeyRotation } from './key-rotation.service.ts';
import type { TeamKeys } from './team-keys.service.ts';

const subject = { kind: 'holdfast', id: 'holdfast', name: 'Holdfast' } as const;

/** How often a rotation that waits for a repository is gone on with. */
const goOnMs = 6 * 60 * 60_000;

interface KeyMonitorParts {
  readonly teamKeys: TeamKeys;
  readonly repositories: RepositoriesService;
  readonly rotation: KeyRotation;
  readonly operations: OperationsService;
  readonly alerts: AlertsService;
  readonly onError: (error: unknown) => void;
}

/** Asks for the proof that somebody keeps the key, once there is something that only the key opens. */
export class KeyMonitor implements Background {
  readonly #parts: KeyMonitorParts;
  #stops: (() => void)[] = [];

  constructor(parts: KeyMonitorParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const timer = setInterval(() => void this.#goOn().catch(this.#parts.onError), goOnMs);
    this.#stops = [
      this.#parts.operations.onEnded((operation) => void this.#after(operation)),
      () => clearInterval(timer),
    ];
    // Neither may hold up the start.
    await this.check().catch(this.#parts.onError);
    await this.#goOn().catch(this.#parts.onError);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
  }

  /** Raises the alert where it is due and not open yet; resolves it where the key was confirmed. */
  async check(): Promise<void> {
    const { teamKeys, repositories, alerts } = this.#parts;
    const key = await teamKeys.known('current');
    if (key === undefined || key.confirmedAt !== undefined) {
      return alerts.resolve('key-unconfirmed', subject);
    }
    const hasBackups = (await repositories.all()).some(({ initialised }) => initialised);
    const isOpen = (await alerts.list('open')).some(({ code }) => code === 'key-unconfirmed');
    if (!hasBackups || isOpen) return;
    await alerts.raise({
      code: 'key-unconfirmed',
      subject,
      message: `Nobody has confirmed that they keep the key ${key.id}. Should this server be lost, the backups cannot be read without it.`,
      hint: 'Print the recovery kit (holdfast key show-kit), keep it elsewhere, and confirm it: holdfast key confirm',
    });
  }

  async #after({ kind, role }: StoredOperation): Promise<void> {
    if (role !== 'pass' || (kind !== 'backup' && kind !== 'key-rotation')) return;
    await this.check().catch(this.#parts.onError);
  }

  async #goOn(): Promise<void> {
    const { rotation, operations } = this.#parts;
    if ((await operations.unfinishedPasses('key-rotation')).length > 0) return;
    if (await rotation.isUnfinished()) await rotation.start();
  }
}
