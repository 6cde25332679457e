import type { AlertCode, AlertSubject, Failure } from '@holdfast/contracts';
import type { DestinationsService } from '../../destinations/destinations.service.ts';
import type { StoredOperation } from '../../operations/operation.ts';
import type { OperationsService } from '../../operations/operations.service.ts';
import type { RepositoriesService } from '../../repositories/repositories.service.ts';
import type { AlertsService } from '../alerts.service.ts';

export interface OperationAlertsParts {
  readonly operations: OperationsService;
  readonly repositories: RepositoriesService;
  readonly destinations: DestinationsService;
  readonly alerts: AlertsService;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, error?: unknown) => void;
}

/** Everything that a backup pass needs before its first part: discovery, above all. */
const everySource: AlertSubject = { kind: 'server', id: 'local', name: 'local' };

/** Raises an alert for what fails, and ends it when the same succeeds. Works for single commands, too. */
export class OperationAlerts {
  readonly #parts: OperationAlertsParts;
  readonly #stopListening: () => void;
  #handled: Promise<void> = Promise.resolve();

  constructor(parts: OperationAlertsParts) {
    this.#parts = parts;
    this.#stopListening = parts.operations.onEnded((operation) => {
      this.#handled = this.#handled
        .then(() => this.#ended(operation))
        .catch((error: unknown) => parts.log('error', 'An alert could not be written down.', error));
    });
  }

  /** Resolves when all that was heard of is written down. */
  async settled(): Promise<void> {
    await this.#handled;
  }

  /** Hears of nothing more, and ends what it is at. */
  async stop(): Promise<void> {
    this.#stopListening();
    await this.settled();
  }

  async #ended(operation: StoredOperation): Promise<void> {
    // Cancelled is as somebody wished; interrupted begins again.
    if (operation.state !== 'succeeded' && operation.state !== 'failed') return;
    if (operation.kind === 'backup') {
      return operation.role === 'pass' ? this.#passEnded(operation) : this.#backupEnded(operation);
    }
    if (operation.role === 'part') await this.#maintenanceEnded(operation);
  }

  async #backupEnded({ state, source, destination, error }: StoredOperation): Promise<void> {
    if (source?.id === undefined) return;
    const { alerts } = this.#parts;
    const subject = { kind: 'source', id: source.id, name: source.name } as const;
    if (state === 'failed') {
      const where = destination === undefined ? '' : ` to ${destination.name}`;
      const { detail, hint } = wordsOf(error);
      const message = `The backup of ${source.name}${where} failed. ${detail}`;
      return alerts.raise({
        code: 'backup-failed',
        subject,
        cause: causeOf(error, destination),
        message,
        hint,
      });
    }
    // A success elsewhere says nothing of a destination that failed, unless that one is gone.
    const open = (await alerts.list('open')).find(
      (alert) =>
        alert.code === 'backup-failed' && alert.subject.kind === 'source' && alert.subject.id === source.id,
    );
    const failedAt = open?.cause?.kind === 'destination' ? open.cause.id : undefined;
    if (failedAt !== undefined && failedAt !== destination?.id && (await this.#isDestination(failedAt)))
      return;
    await alerts.resolve('backup-failed', subject);
  }

  /** A pass that failed before it had parts backed nothing up, and no part can say so. */
  async #passEnded({ id, state, error }: StoredOperation): Promise<void> {
    const { alerts, operations } = this.#parts;
    const parts = await operations.parts(id);
    if (state === 'failed' && parts.length === 0) {
      const { detail, hint } = wordsOf(error);
      const message = `A backup could not begin, so nothing was backed up. ${detail}`;
      return alerts.raise({ code: 'backup-failed', subject: everySource, message, hint });
    }
    if (parts.length > 0) await alerts.resolve('backup-failed', everySource);
  }

  async #maintenanceEnded(operation: StoredOperation): Promise<void> {
    const { kind, state, repository, error } = operation;
    if (repository === undefined || (kind !== 'retention' && kind !== 'prune' && kind !== 'check')) return;
    const { alerts } = this.#parts;
    const { subject, destination } = await this.#describe(repository.id);
    if (state === 'succeeded') {
      await alerts.resolve(`${kind}-failed`, subject);
      // A prune checks first.
      if (kind === 'prune') await alerts.resolve('check-failed', subject);
      return;
    }
    const damaged = error?.code === 'repository-corrupt' || error?.code === 'repository-check-failed';
    const code: AlertCode = damaged ? 'check-failed' : `${kind}-failed`;
    const { detail, hint } = wordsOf(error);
    const message = `The ${kind} of the repository ${subject.name} failed. ${detail}`;
    await alerts.raise({ code, subject, cause: causeOf(error, destination), message, hint });
  }

  async #describe(repositoryId: string) {
    const { repositories, destinations } = this.#parts;
    const { path, destinationId } = await repositories.get(repositoryId);
    const { id, name } = await destinations.get(destinationId);
    const subject = { kind: 'repository', id: repositoryId, name: `${path} in ${name}` } as const;
    return { subject, destination: { id, name } };
  }

  async #isDestination(id: string): Promise<boolean> {
    return (await this.#parts.destinations.list()).some((destination) => destination.id === id);
  }
}

function wordsOf(error: Failure | undefined): Pick<Failure, 'detail' | 'hint'> {
  return error ?? { detail: 'No reason is known.', hint: 'Look at it with: holdfast operations' };
}

/** What will fail everything else, too. */
function causeOf(
  error: Failure | undefined,
  destination: { id: string; name: string } | undefined,
): AlertSubject | undefined {
  if (error?.code.startsWith('destination-') === true && destination !== undefined) {
    return { kind: 'destination', ...destination };
  }
  return error?.code.startsWith('docker-') === true ? everySource : undefined;
}
