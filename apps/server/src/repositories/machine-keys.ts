import {
  addMachineKey,
  generateMachinePassword,
  type KeyPlace,
  type Repository,
  readMachinePassword,
} from '@holdfast/engine';
import { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { Vault } from '../vault/vault.service.ts';

/** As kept in the vault. The id is no secret, but is of no use without the password. */
const heldSchema = z.object({ password: z.string(), keyId: z.string() });

/** The user that repositories show for keys of Holdfast. */
export const ownUserName = 'holdfast';

const nameOf = (repositoryId: string) => `machine-key/${repositoryId}`;

/** The cheap second keys of repositories; see docs/decisions/0005-machine-key.md. */
export class MachineKeys {
  readonly #vault: Vault;

  constructor(vault: Vault) {
    this.#vault = vault;
  }

  /** @returns undefined where the repository has none: the team key opens it */
  async of(repositoryId: string): Promise<Pick<Repository, 'password' | 'keyHint'> | undefined> {
    const held = await this.#vault.get(nameOf(repositoryId));
    if (held === undefined) return undefined;
    const { password, keyId } = heldSchema.parse(JSON.parse(held.reveal()));
    return { password: readMachinePassword(password), keyHint: keyId };
  }

  /** Makes one for a repository that the team key opens. @throws HoldfastError of the storage */
  async add(
    repositoryId: string,
    place: KeyPlace,
    teamKey: Secret,
    owner: { readonly hostname: string; readonly created: Date },
  ): Promise<void> {
    const password = generateMachinePassword();
    const keyId = await addMachineKey(place, teamKey, password, { username: ownUserName, ...owner });
    const held = JSON.stringify({ password: password.reveal(), keyId });
    await this.#vault.put(nameOf(repositoryId), new Secret(held));
  }

  remove(repositoryId: string): Promise<void> {
    return this.#vault.remove(nameOf(repositoryId));
  }
}
