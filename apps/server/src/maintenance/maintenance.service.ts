import type { OperationKind } from '@holdfast/contracts';
import type { Engine } from '@holdfast/engine';
import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import { errorOfParts } from '../operations/failed-part.ts';
import type {
  NewOperation,
  OperationContext,
  OperationHandler,
  StoredOperation,
} from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RepositoriesService } from '../repositories/repositories.service.ts';
import type { StoredRepository } from '../repositories/repository.ts';

type MaintenanceKind = Extract<OperationKind, 'prune' | 'check'>;

/** Checks of repositories, and prunes: each in a window of its own, one part for each repository. */
export class MaintenanceService {
  readonly #operations: OperationsService;
  readonly #repositories: RepositoriesService;
  readonly #engine: Engine;

  constructor(parts: { operations: OperationsService; repositories: RepositoriesService; engine: Engine }) {
    this.#operations = parts.operations;
    this.#repositories = parts.repositories;
    this.#engine = parts.engine;
  }

  start(kind: MaintenanceKind): Promise<StoredOperation> {
    return this.#operations.create({ kind, role: 'pass', params: {} });
  }

  passHandler(kind: MaintenanceKind): OperationHandler {
    return {
      run: async (_operation, context) => {
        const repositories = (await this.#repositories.all()).filter(({ initialised }) => initialised);
        const ended = await context.runParts(repositories.map((repository) => part(kind, repository)));
        const error = errorOfParts(ended);
        if (error !== undefined) throw error;
        const freed = ended.reduce((sum, { result }) => sum + Number(result?.bytesFreed ?? 0), 0);
        return { repositories: ended.length, ...(kind === 'prune' ? { bytesFreed: freed } : {}) };
      },
      repeat: () => ({ kind, role: 'pass', params: {} }),
    };
  }

  readonly checkHandler: OperationHandler = {
    run: async (operation, context) => {
      await this.#check(await this.#repositoryOf(operation), context);
      return {};
    },
    cleanUp: (operation) => this.#unlock(operation),
  };

  /**
   * Prunes only what was just found in order; what an earlier check found damaged is not touched before a check
   * that a person started has passed.
   */
  readonly pruneHandler: OperationHandler = {
    run: async (operation, context) => {
      const stored = await this.#repositoryOf(operation);
      const earlier = stored.lastCheck?.error;
      if (earlier !== undefined) {
        throw new HoldfastError('repository-check-failed', `${stored.path} is not pruned. ${earlier.detail}`);
      }
      await this.#check(stored, context);
      context.reporter.step(`pruning ${stored.path}`);
      const repository = await this.#repositories.open(stored);
      const { bytesFreed } = await this.#engine.prune(repository, { signal: context.signal });
      await this.#repositories.pruned(stored.id);
      // A figure for people: the prune is done without it.
      await this.#repositories.measure(stored, { signal: context.signal }).catch((error: unknown) => {
        context.reporter.log('warn', `The repository was not measured: ${asHoldfastError(error).message}`);
      });
      return { bytesFreed };
    },
    cleanUp: (operation) => this.#unlock(operation),
  };

  async #check(stored: StoredRepository, { reporter, signal }: OperationContext): Promise<void> {
    reporter.step(`checking ${stored.path}`);
    try {
      await this.#engine.check(await this.#repositories.open(stored), { signal });
    } catch (error) {
      const failure = asHoldfastError(error);
      // Only damage is remembered: an unreachable storage says nothing of what lies in it.
      if (failure.code === 'repository-corrupt') {
        await this.#repositories.checked(stored.id, failure.toFailure());
      }
      throw error;
    }
    await this.#repositories.checked(stored.id);
  }

  async #unlock(operation: StoredOperation): Promise<void> {
    await this.#engine.unlock(await this.#repositories.open(await this.#repositoryOf(operation)));
  }

  #repositoryOf({ repository }: StoredOperation): Promise<StoredRepository> {
    return this.#repositories.get(repository?.id ?? '');
  }
}

function part(kind: MaintenanceKind, { id }: StoredRepository): NewOperation {
  return { kind, role: 'part', repository: { id, use: 'exclusive' }, params: {} };
}
