import type { SetUp } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { hashCode, makeCode } from '../credentials/one-time-code.ts';
import { hashPassword } from '../credentials/password.ts';
import type { PeopleService } from './people.service.ts';
import type { StoredPerson } from './person.ts';
import type { SetUpStore } from './set-up.store.ts';

/** How the first person comes in: by a code that only who sees the server's log can know. */
export class SetUpService {
  readonly #store: SetUpStore;
  readonly #people: PeopleService;
  readonly #clock: Clock;

  constructor({ store, people, clock }: { store: SetUpStore; people: PeopleService; clock: Clock }) {
    this.#store = store;
    this.#people = people;
    this.#clock = clock;
  }

  async needed(): Promise<boolean> {
    return !(await this.#people.any());
  }

  /** A new code in place of the last one. @returns undefined where somebody is there already */
  async renew(): Promise<string | undefined> {
    if (!(await this.needed())) return undefined;
    const code = makeCode();
    await this.#store.put(hashCode(code));
    return code;
  }

  /** Makes the first owner. @throws HoldfastError `set-up-done`, `code-invalid` */
  async complete({ code, email, name, password }: SetUp): Promise<StoredPerson> {
    if (!(await this.needed())) throw new HoldfastError('set-up-done', 'There is an owner already.');
    const codeHash = hashCode(code);
    const invalid = () => new HoldfastError('code-invalid', 'That is not the code of the last start.');
    if (!(await this.#store.holds(codeHash))) throw invalid();
    const id = uuidv7();
    const person = { id, email, name, role: 'owner', passwordHash: await hashPassword(password) } as const;
    if (!(await this.#store.complete(codeHash, person, instant(this.#clock)))) throw invalid();
    return this.#people.get(id);
  }
}
