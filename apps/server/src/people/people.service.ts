import type { AcceptInvitation, ChangePerson, Invitation, InvitePerson, Role } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { hashCode, makeCode } from '../credentials/one-time-code.ts';
import { hashPassword } from '../credentials/password.ts';
import { includesRole, type Principal } from '../http/access.ts';
import type { SessionsService } from '../sessions/sessions.service.ts';
import type { InvitationsStore } from './invitations.store.ts';
import type { PeopleStore } from './people.store.ts';
import { type StoredPerson, toPerson } from './person.ts';
import type { SecondFactorService } from './second-factor.service.ts';

export interface PeopleParts {
  readonly store: PeopleStore;
  readonly invitations: InvitationsStore;
  readonly sessions: SessionsService;
  readonly secondFactor: SecondFactorService;
  readonly clock: Clock;
  /** Where browsers reach this Holdfast, for links. */
  readonly publicUrl?: URL;
}

const invitationMs = 7 * 24 * 3_600_000;
const resetMs = 24 * 3_600_000;

/** Who belongs to the team of this Holdfast, and what each may do. */
export class PeopleService {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  list(): Promise<StoredPerson[]> {
    return this.#parts.store.list();
  }

  any(): Promise<boolean> {
    return this.#parts.store.any();
  }

  byEmail(email: string): Promise<StoredPerson | undefined> {
    return this.#parts.store.byEmail(email);
  }

  bySubject(issuer: string, subject: string): Promise<StoredPerson | undefined> {
    return this.#parts.store.bySubject(issuer, subject);
  }

  /** By the id or the e-mail address. @throws HoldfastError `not-found` */
  async get(name: string): Promise<StoredPerson> {
    const { store } = this.#parts;
    const person = (await store.byId(name)) ?? (await store.byEmail(name.trim().toLowerCase()));
    if (person === undefined) throw new HoldfastError('not-found', `There is no person ${name}.`);
    return person;
  }

  /**
   * Adds somebody, who chooses a password by the code.
   * @throws HoldfastError `forbidden` for roles that who invites may not give, `conflict`
   */
  async invite(by: Principal, { email, name, role }: InvitePerson): Promise<Invitation> {
    if (!mayInvite(by.role, role)) {
      throw new HoldfastError('forbidden', `Only an owner may invite somebody with the role ${role}.`);
    }
    const { store, clock } = this.#parts;
    const id = uuidv7();
    if (!(await store.insert({ id, email, name, role }, instant(clock)))) throw taken(email);
    return this.#issue(await this.get(id), { lifeMs: invitationMs, forgetsSecondFactor: false });
  }

  /** Adds somebody for whom the identity provider vouches. @throws HoldfastError `conflict` */
  async admit(
    person: Pick<StoredPerson, 'email' | 'name' | 'role'> & { oidc: NonNullable<StoredPerson['oidc']> },
  ) {
    const { store, clock } = this.#parts;
    const id = uuidv7();
    if (!(await store.insert({ id, ...person }, instant(clock)))) throw taken(person.email);
    return this.get(id);
  }

  /** Knows a person by the identity provider from now on; an invitation is used up by it. */
  async bindSubject(id: string, oidc: NonNullable<StoredPerson['oidc']>): Promise<void> {
    await this.#parts.store.bindSubject(id, oidc);
    await this.#parts.invitations.remove(id);
  }

  /** A new role ends the person's sessions. @throws HoldfastError `not-found`, `last-owner` */
  async change(name: string, change: ChangePerson): Promise<StoredPerson> {
    const { store, sessions } = this.#parts;
    const { id, role } = await this.get(name);
    if (change.role !== undefined && change.role !== role) {
      if (!(await store.setRole(id, change.role))) throw lastOwner();
      await sessions.revokeAllOf(id);
    }
    if (change.name !== undefined) await store.rename(id, change.name);
    return this.get(id);
  }

  /** With their sessions and tokens. @throws HoldfastError `not-found`, `last-owner` */
  async remove(name: string): Promise<StoredPerson> {
    const person = await this.get(name);
    if (!(await this.#parts.store.remove(person.id))) throw lastOwner();
    await this.#parts.secondFactor.forget(person.id);
    return person;
  }

  /** A code by which the person chooses a new password; the old one is good until then. */
  async resetPassword(
    name: string,
    { forgetSecondFactor }: { forgetSecondFactor: boolean },
  ): Promise<Invitation> {
    const person = await this.get(name);
    return this.#issue(person, { lifeMs: resetMs, forgetsSecondFactor: forgetSecondFactor });
  }

  /** Sets the password that goes with a code; every session of the person ends. @throws HoldfastError `code-invalid` */
  async accept({ code, password }: AcceptInvitation): Promise<StoredPerson> {
    const { invitations, sessions, secondFactor, clock } = this.#parts;
    const codeHash = hashCode(code);
    const invitation = await invitations.find(codeHash, instant(clock));
    const invalid = () => new HoldfastError('code-invalid', 'There is no invitation with that code.');
    if (invitation === undefined) throw invalid();
    if (!(await invitations.accept(codeHash, instant(clock), await hashPassword(password)))) throw invalid();
    if (invitation.forgetsSecondFactor) await secondFactor.forget(invitation.personId);
    await sessions.revokeAllOf(invitation.personId);
    return this.get(invitation.personId);
  }

  /** Ends every session of the person. */
  async setPassword(id: string, password: string): Promise<void> {
    await this.#parts.store.setPassword(id, await hashPassword(password));
    await this.#parts.sessions.revokeAllOf(id);
  }

  signedIn(id: string): Promise<void> {
    return this.#parts.store.signedIn(id, instant(this.#parts.clock));
  }

  async #issue(
    person: StoredPerson,
    { lifeMs, forgetsSecondFactor }: { lifeMs: number; forgetsSecondFactor: boolean },
  ): Promise<Invitation> {
    const { invitations, clock, publicUrl } = this.#parts;
    const code = makeCode();
    const expiresAt = new Date(clock.now().getTime() + lifeMs).toISOString();
    await invitations.put({ personId: person.id, codeHash: hashCode(code), forgetsSecondFactor, expiresAt });
    // Behind the #, which browsers do not send: the code gets into no access log.
    const link = publicUrl === undefined ? undefined : new URL(`invitation#${code}`, publicUrl).href;
    return { person: toPerson(person), code, link, expiresAt };
  }
}

/** Owners give every role; admins the ones beneath their own. */
function mayInvite(by: Role, role: Role): boolean {
  return by === 'owner' || (includesRole(by, role) && by !== role);
}

function taken(email: string): HoldfastError {
  return new HoldfastError('conflict', `${email} belongs to the team already.`, {
    hint: 'Change the role of the person, or reset the password.',
  });
}

function lastOwner(): HoldfastError {
  return new HoldfastError('last-owner', 'This person is the last owner who can sign in.');
}
