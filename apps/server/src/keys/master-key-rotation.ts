import { randomBytes } from 'node:crypto';
import { HoldfastError } from '@holdfast/runtime';
import type { Config } from '../config.ts';
import { beginMasterKeyChange, forgetPreviousMasterKey } from '../data-directory/key-file.ts';
import type { OperationHandler, StoredOperation } from '../operations/operation.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { Vault } from '../vault/vault.service.ts';

/** Changes the master key where Holdfast keeps it itself. Whoever gives it by a setting changes it there. */
export class MasterKeyRotation {
  readonly #config: Pick<Config, 'dataDirectory' | 'masterKeyFrom'>;
  readonly #vault: Vault;
  readonly #operations: OperationsService;
  #present: Buffer;

  constructor(parts: {
    config: Pick<Config, 'dataDirectory' | 'masterKeyFrom'>;
    masterKey: Buffer;
    vault: Vault;
    operations: OperationsService;
  }) {
    this.#config = parts.config;
    this.#vault = parts.vault;
    this.#operations = parts.operations;
    this.#present = parts.masterKey;
  }

  /** @throws HoldfastError `master-key-not-ours`, `conflict` while one runs */
  async start(): Promise<StoredOperation> {
    if (this.#config.masterKeyFrom !== 'data-directory') {
      throw new HoldfastError('master-key-not-ours', 'HOLDFAST_MASTER_KEY is given by a setting.');
    }
    if ((await this.#operations.unfinishedPasses('master-key-rotation')).length > 0) {
      throw new HoldfastError('conflict', 'A change of the master key is at work already.', {
        hint: 'Wait until it has ended.',
      });
    }
    return this.#operations.create({ kind: 'master-key-rotation', role: 'pass', params: {} });
  }

  /** Not repeated after a crash: the start that follows has finished it, or it had not begun. */
  readonly handler: OperationHandler = {
    run: async (_operation, { reporter }) => {
      const { dataDirectory } = this.#config;
      await this.#vault.assertWhole();
      const next = randomBytes(32);
      reporter.step('writing the new key beside the present one');
      beginMasterKeyChange(dataDirectory, { next, present: this.#present });
      reporter.step('closing the secrets anew');
      const secrets = await this.#vault.changeMasterKey(next);
      this.#present = next;
      forgetPreviousMasterKey(dataDirectory);
      return { secrets };
    },
  };
}
