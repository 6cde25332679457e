import type { ApiToken, CreateApiToken, CreatedApiToken, Role } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import { hashToken, makeToken } from '../credentials/token.ts';
import { includesRole, type Principal } from '../http/access.ts';
import type { StoredToken, TokensStore } from './tokens.store.ts';

const prefix = 'hf_';
const dayMs = 24 * 3_600_000;
/** How exact `lastUsed` is: not every request is worth a write. */
const usedEveryMs = 60_000;

/** What programs authenticate with. Of each token only a hash is stored. */
export class TokensService {
  readonly #store: TokensStore;
  readonly #clock: Clock;

  constructor(store: TokensStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws HoldfastError `forbidden` for more than its maker may do, and for tokens that would make tokens */
  async create(by: Principal, { name, role, expiresInDays }: CreateApiToken): Promise<CreatedApiToken> {
    if (by.kind === 'token') {
      throw new HoldfastError('forbidden', 'A token makes no tokens: they would outlive it.', {
        hint: 'Sign in, or make it on the server with `holdfast tokens create`.',
      });
    }
    if (!includesRole(by.role, role)) {
      throw new HoldfastError(
        'forbidden',
        `A token may do no more than who makes it, and that is ${by.role}.`,
      );
    }
    const id = uuidv7();
    const secret = makeToken(prefix);
    const now = this.#clock.now().getTime();
    await this.#store.insert({
      id,
      name,
      role,
      tokenHash: hashToken(secret),
      createdAt: new Date(now).toISOString(),
      ...(by.kind === 'person' ? { personId: by.id } : {}),
      ...(expiresInDays === undefined
        ? {}
        : { expiresAt: new Date(now + expiresInDays * dayMs).toISOString() }),
    });
    const stored = await this.#store.byId(id);
    if (stored === undefined) throw new HoldfastError('internal', 'The token was not kept.');
    return { token: toApiToken(stored), secret };
  }

  /** What the token may do now: no more than its maker, who may have lost a role since. */
  async authenticate(secret: string): Promise<Principal | undefined> {
    if (!secret.startsWith(prefix)) return undefined;
    const token = await this.#store.byHash(hashToken(secret));
    if (token === undefined) return undefined;
    const now = this.#clock.now().getTime();
    if (token.expiresAt !== undefined && now >= Date.parse(token.expiresAt)) return undefined;
    if (token.lastUsed === undefined || now - Date.parse(token.lastUsed) >= usedEveryMs) {
      await this.#store.used(token.id, instant(this.#clock));
    }
    return { kind: 'token', id: token.id, name: token.name, role: roleNow(token) };
  }

  /** Newest first: those of the person who asks, or all for an owner. */
  async list(by: Principal): Promise<ApiToken[]> {
    return (await this.#store.list(scopeOf(by))).map(toApiToken);
  }

  /** Ends it at once. @throws HoldfastError `not-found` */
  async remove(by: Principal, id: string): Promise<void> {
    if (await this.#store.remove(id, scopeOf(by))) return;
    throw new HoldfastError('not-found', `There is no token ${id} of yours.`);
  }
}

/** Whose tokens somebody may see and remove; undefined: all. What a token is called by makes no person's id. */
function scopeOf({ role, id }: Principal): string | undefined {
  return role === 'owner' ? undefined : id;
}

function roleNow({ role, maker }: StoredToken): Role {
  return maker === undefined || includesRole(maker.role, role) ? role : maker.role;
}

function toApiToken(token: StoredToken): ApiToken {
  const { id, name, maker, createdAt, expiresAt, lastUsed } = token;
  return { id, name, role: roleNow(token), madeBy: maker?.name, createdAt, expiresAt, lastUsed };
}
