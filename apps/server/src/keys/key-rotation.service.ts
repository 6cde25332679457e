import type { Engine } from '@holdfast/engine';
import { asHoldfastError, HoldfastError, type Secret } from '@holdfast/runtime';
import { z } from 'zod';
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
import type { SourcesService } from '../sources/sources.service.ts';
import type { TeamKeys } from './team-keys.service.ts';

const partSchema = z.object({ work: z.enum(['add', 'remove-old']) });
type Work = z.infer<typeof partSchema>['work'];

/**
 * Changes the team key: every repository gets the next key, then the vault switches to it, then the keys before it are
 * removed. Each repository opens at every moment with what the vault holds for it.
 */
export class KeyRotation {
  readonly #teamKeys: TeamKeys;
  readonly #repositories: RepositoriesService;
  readonly #sources: SourcesService;
  readonly #operations: OperationsService;
  readonly #engine: Engine;

  constructor(parts: {
    teamKeys: TeamKeys;
    repositories: RepositoriesService;
    sources: SourcesService;
    operations: OperationsService;
    engine: Engine;
  }) {
    this.#teamKeys = parts.teamKeys;
    this.#repositories = parts.repositories;
    this.#sources = parts.sources;
    this.#operations = parts.operations;
    this.#engine = parts.engine;
  }

  /**
   * Stores a rotation; one that has not come to its end is gone on with.
   * @param chosen a person's own key; without it, one is generated
   * @throws HoldfastError `conflict` while one runs, or for another key while one has not come to its end
   */
  async start(chosen?: { password: Secret; by: string }): Promise<StoredOperation> {
    const [running] = await this.#operations.unfinishedPasses('key-rotation');
    if (running !== undefined) {
      throw new HoldfastError('conflict', 'A rotation of the team key is at work already.', {
        hint: `Follow it with: holdfast operations --follow ${running.id}`,
      });
    }
    if (chosen !== undefined || !(await this.isUnfinished())) await this.#teamKeys.prepareNext(chosen);
    return this.#operations.create(pass);
  }

  /** Whether a repository still has to follow, or to lose old keys. */
  async isUnfinished(): Promise<boolean> {
    return (
      (await this.#teamKeys.known('next')) !== undefined ||
      (await this.#teamKeys.known('previous')) !== undefined
    );
  }

  /**
   * Brings an existing password along: at once where no repository has a key yet, else by a rotation to it. Where the
   * vault has lost the key, it is entered again.
   * @throws HoldfastError `invalid-input`, `conflict`; `key-wrong` where repositories have another one
   */
  async adopt(password: Secret, by: string): Promise<StoredOperation | undefined> {
    const known = await this.#teamKeys.known('current');
    if (known !== undefined && (await this.#teamKeys.find('current')) === undefined) {
      await this.#assertOpens(known.id, password);
      await this.#teamKeys.reEnter(password);
      return undefined;
    }
    if (!(await this.isUnfinished()) && (await this.#teamKeys.adopt(password, by))) return undefined;
    return this.start({ password, by });
  }

  /** Storage that does not answer says nothing against the password. */
  async #assertOpens(keyId: string, password: Secret): Promise<void> {
    const repositories = await this.#repositories.all();
    for (const stored of repositories.filter((one) => one.initialised && isWith(one, keyId))) {
      try {
        await this.#engine.keys(await this.#repositories.openWith(stored, password));
        return;
      } catch (error) {
        if (asHoldfastError(error).code !== 'repository-password-wrong') continue;
        throw new HoldfastError('key-wrong', `This password does not open ${stored.path}.`, { cause: error });
      }
    }
  }

  readonly passHandler: OperationHandler = {
    run: (operation, context) => this.#rotate(operation, context),
    repeat: () => pass,
  };

  readonly partHandler: OperationHandler = {
    run: (operation, context) => this.#runPart(operation, context),
    cleanUp: async ({ repository }) => {
      const stored = await this.#repositories.get(repository?.id ?? '');
      await this.#engine.unlock(await this.#repositories.open(stored));
    },
  };

  async #rotate(_operation: StoredOperation, context: OperationContext): Promise<Record<string, unknown>> {
    const { reporter } = context;
    const next = await this.#teamKeys.known('next');
    const ended: StoredOperation[] = [];
    if (next !== undefined) {
      reporter.step('adding the next key to the repositories');
      const added = await this.#runParts(context, 'add', (one) => isWith(one, next.id));
      const failure = errorOfParts(added);
      // With none that followed, nothing was won: the next key stays prepared.
      if (failure !== undefined && !added.some(({ state }) => state === 'succeeded')) throw failure;
      reporter.step('switching to the next key');
      await this.#teamKeys.switch();
      ended.push(...added.filter(({ state }) => state !== 'succeeded'));
    }
    const current = await this.#teamKeys.current();
    // Those that were made meanwhile, and of an earlier rotation those that could not be reached then.
    const failed = new Set(ended.map(({ repository }) => repository?.id));
    ended.push(
      ...(await this.#runParts(context, 'add', (one) => isWith(one, current.id) || failed.has(one.id))),
    );
    reporter.step('removing the keys before it');
    const done = (one: StoredRepository) => !one.hasOldKeys || one.teamKeyId !== current.id;
    ended.push(...(await this.#runParts(context, 'remove-old', done)));
    const finished = await this.#teamKeys.dropPrevious();
    const failure = errorOfParts(ended);
    if (failure !== undefined) throw failure;
    if (!finished) {
      throw new HoldfastError('partly-failed', 'A repository was made meanwhile with the key before.', {
        hint: 'Finish the rotation with: holdfast key rotate',
      });
    }
    return { keyId: current.id, repositories: (await this.#repositories.all()).length };
  }

  /** One for each repository that is not done yet. */
  async #runParts(
    context: OperationContext,
    work: Work,
    isDone: (repository: StoredRepository) => boolean,
  ): Promise<readonly StoredOperation[]> {
    const todo = (await this.#repositories.all()).filter(
      (one) => one.teamKeyId !== undefined && !isDone(one),
    );
    const parts = todo.map(async ({ id, sourceId }): Promise<NewOperation> => {
      const { name } = await this.#sources.get(sourceId);
      const repository = { id, use: 'exclusive' } as const;
      return { kind: 'key-rotation', role: 'part', source: { name }, repository, params: { work } };
    });
    return todo.length === 0 ? [] : context.runParts(await Promise.all(parts));
  }

  async #runPart(operation: StoredOperation, context: OperationContext): Promise<Record<string, unknown>> {
    const { work } = partSchema.parse(operation.params);
    const stored = await this.#repositories.get(operation.repository?.id ?? '');
    try {
      return work === 'add' ? await this.#add(stored, context) : await this.#removeOld(stored, context);
    } catch (error) {
      if (context.signal.aborted || asHoldfastError(error).code === 'engine-failed')
        context.leftSomethingBehind();
      throw error;
    }
  }

  /** May be repeated at any point: what an attempt that died has added is found, and used. */
  async #add(stored: StoredRepository, { signal, reporter }: OperationContext) {
    const target = (await this.#teamKeys.find('next')) ?? (await this.#teamKeys.current());
    if (isWith(stored, target.id)) return {};
    const opened = await this.#repositories.openWith(stored, target.password);
    try {
      reporter.step(`adding the key to ${stored.path}`);
      if ((await this.#repositories.keysOpenedBy(opened, signal)) === undefined) {
        await this.#repositories.addKey(stored, target.password, signal);
      }
    } catch (error) {
      if (stored.initialised || asHoldfastError(error).code !== 'repository-missing') throw error;
      await this.#repositories.releaseClaim(stored);
      return {};
    }
    await this.#repositories.follow(stored, target, reporter);
    return {};
  }

  async #removeOld(stored: StoredRepository, { signal, reporter }: OperationContext) {
    reporter.step(`removing old keys of ${stored.path}`);
    const { password: current } = await this.#teamKeys.current();
    const previous = (await this.#teamKeys.find('previous'))?.password;
    const { removed, others } = await this.#repositories.removeOldKeys(stored, { current, previous }, signal);
    if (others > 0) {
      reporter.log('warn', `${stored.path} has keys that are not Holdfast's: ${others}. They stay.`);
    }
    return { removed, others };
  }
}

const pass: NewOperation = { kind: 'key-rotation', role: 'pass', params: {} };

function isWith({ teamKeyId }: StoredRepository, keyId: string): boolean {
  return teamKeyId === keyId;
}
