import type { SignIn } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { Clock } from '../clock.ts';
import { verifyPassword } from '../credentials/password.ts';
import { Attempts } from '../http/attempts.ts';
import { networkOf, type Visitor } from '../http/visitor.ts';
import type { PeopleService } from '../people/people.service.ts';
import type { StoredPerson } from '../people/person.ts';
import type { SecondFactorService } from '../people/second-factor.service.ts';

export interface SignInParts {
  readonly people: PeopleService;
  readonly secondFactor: SecondFactorService;
  readonly clock: Clock;
}

const minuteMs = 60_000;

/** Finds out whether somebody is who they say, and lets nobody try for long. */
export class SignInService {
  readonly #people: PeopleService;
  readonly #secondFactor: SecondFactorService;
  readonly #byNetwork: Attempts;
  readonly #byAccount: Attempts;
  readonly #bySecondFactor: Attempts;

  constructor({ people, secondFactor, clock }: SignInParts) {
    this.#people = people;
    this.#secondFactor = secondFactor;
    this.#byNetwork = new Attempts(clock, { limit: 10, windowMs: 15 * minuteMs });
    // Whether the account exists makes no difference, or the limit would tell.
    this.#byAccount = new Attempts(clock, { limit: 20, windowMs: 15 * minuteMs });
    // Six digits are few: what is allowed here guesses one code in some years.
    this.#bySecondFactor = new Attempts(clock, { limit: 10, windowMs: 60 * minuteMs });
  }

  /**
   * By password and, where the person has one, the second factor. Only what failed counts against the limits.
   * @throws HoldfastError `sign-in-failed`, `second-factor-required`, `second-factor-wrong`, `too-many-attempts`
   */
  async byPassword({ email, password, totp }: SignIn, visitor: Visitor): Promise<StoredPerson> {
    const giveBack = this.#take(email, visitor);
    const person = await this.#people.byEmail(email);
    if (!(await verifyPassword(password, person?.passwordHash)) || person === undefined) {
      throw new HoldfastError('sign-in-failed', 'The e-mail address or the password is not right.');
    }
    if (person.secondFactor) await this.#checkSecondFactor(person.id, totp, giveBack);
    giveBack();
    await this.#people.signedIn(person.id);
    return this.#people.get(person.id);
  }

  /** The password of somebody who is signed in, before something that a found session must not do. */
  async confirmPassword(personId: string, password: string, visitor: Visitor): Promise<StoredPerson> {
    const person = await this.#people.get(personId);
    const giveBack = this.#take(person.email, visitor);
    if (!(await verifyPassword(password, person.passwordHash))) {
      throw new HoldfastError('sign-in-failed', 'The password is not right.');
    }
    giveBack();
    return person;
  }

  /** One-time codes are long, but nobody needs more than a few tries. */
  limitCodes(visitor: Visitor): () => void {
    return this.#byNetwork.take(networkOf(visitor));
  }

  #take(email: string, visitor: Visitor): () => void {
    const network = this.#byNetwork.take(networkOf(visitor));
    const account = this.#byAccount.take(email);
    return () => {
      network();
      account();
    };
  }

  async #checkSecondFactor(personId: string, code: string | undefined, giveBack: () => void): Promise<void> {
    if (code === undefined) {
      // Who knows the password guesses nothing by being asked for more.
      giveBack();
      throw new HoldfastError('second-factor-required', 'The code of the authenticator is needed, too.');
    }
    const right = this.#bySecondFactor.take(personId);
    await this.#secondFactor.check(personId, code);
    right();
  }
}
