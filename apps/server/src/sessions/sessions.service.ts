import type { Session } from '@holdfast/contracts';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { hashToken, makeToken } from '../credentials/token.ts';
import type { Principal } from '../http/access.ts';
import type { Visitor } from '../http/visitor.ts';
import type { SessionsStore, StoredSession } from './sessions.store.ts';

const hourMs = 3_600_000;
/** How long a session lasts that nobody uses, and one that is used all the time. */
const idleMs = 24 * hourMs;
export const longestSessionMs = 14 * 24 * hourMs;
/** How exact `lastUsed` is: not every request is worth a write. */
const usedEveryMs = 60_000;

/** Who is signed in, in which browser. Of the token that the browser holds, only a hash is stored. */
export class SessionsService {
  readonly #store: SessionsStore;
  readonly #clock: Clock;

  constructor(store: SessionsStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @returns the token for the browser; it is always a new one */
  async start(personId: string, method: Session['method'], visitor: Visitor): Promise<string> {
    await this.#removeExpired();
    const token = makeToken();
    const now = this.#clock.now().getTime();
    const session = {
      id: uuidv7(),
      personId,
      method,
      createdAt: new Date(now).toISOString(),
      lastUsed: new Date(now).toISOString(),
      expiresAt: new Date(now + longestSessionMs).toISOString(),
      ...visitor,
    };
    await this.#store.insert(session, hashToken(token));
    return token;
  }

  /** Whose token it is, while the session lasts. */
  async authenticate(token: string): Promise<Principal | undefined> {
    const session = await this.#store.byToken(hashToken(token));
    if (session === undefined) return undefined;
    const now = this.#clock.now().getTime();
    const unusedMs = now - Date.parse(session.lastUsed);
    if (now >= Date.parse(session.expiresAt) || unusedMs >= idleMs) return undefined;
    if (unusedMs >= usedEveryMs) await this.#store.used(session.id, instant(this.#clock));
    const { id, personId, person, role } = session;
    return { kind: 'person', id: personId, name: person, role, session: id };
  }

  /** Of one person, or of everybody; used last first. */
  async list(personId?: string): Promise<StoredSession[]> {
    await this.#removeExpired();
    return this.#store.list(personId);
  }

  /** @returns false when there is none, or none of that person */
  revoke(id: string, personId?: string): Promise<boolean> {
    return this.#store.remove(id, personId);
  }

  revokeAllOf(personId: string): Promise<void> {
    return this.#store.removeAllOf(personId);
  }

  #removeExpired(): Promise<void> {
    const now = this.#clock.now().getTime();
    return this.#store.removeExpired(instant(this.#clock), new Date(now - idleMs).toISOString());
  }
}
