import type { AddChannel, Channel, ChannelTest, EditChannel, Notice } from '@holdfast/contracts';
import { asHoldfastError, HoldfastError, Secret } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { z } from 'zod';
import type { AlertsService } from '../alerts/alerts.service.ts';
import { type Clock, instant } from '../clock.ts';
import type { SecretKeeper } from '../vault/vault.service.ts';
import type { StoredChannel } from './channel.ts';
import type { OpenChannel, RegisteredChannelKind, Sent } from './channel-kind.ts';
import type { ChannelsStore } from './channels.store.ts';
import { testNotice } from './notice.rules.ts';
import type { OutboxStore } from './outbox.store.ts';

const week = 7 * 86_400_000;

export interface ChannelsParts {
  readonly store: ChannelsStore;
  readonly outbox: OutboxStore;
  readonly vault: SecretKeeper;
  readonly alerts: Pick<AlertsService, 'resolve'>;
  readonly kinds: ReadonlyMap<string, RegisteredChannelKind>;
  readonly clock: Clock;
  /** How long the other end may take for one message. */
  readonly sendTimeoutMs: number;
}

/** Ways to people: what is stored of them, and how to send by one. */
export class ChannelsService {
  readonly #parts: ChannelsParts;

  constructor(parts: ChannelsParts) {
    this.#parts = parts;
  }

  all(): Promise<StoredChannel[]> {
    return this.#parts.store.all();
  }

  /** @throws HoldfastError `not-found` */
  async get(nameOrId: string): Promise<StoredChannel> {
    const found = await this.#parts.store.byNameOrId(nameOrId);
    if (found !== undefined) return found;
    throw new HoldfastError('not-found', `There is no channel ${JSON.stringify(nameOrId)}.`);
  }

  async list(): Promise<Channel[]> {
    const channels = await this.all();
    const counts = await this.#counts();
    return Promise.all(channels.map((channel) => this.#view(channel, counts)));
  }

  async view(channel: StoredChannel): Promise<Channel> {
    return this.#view(channel, await this.#counts());
  }

  /** @throws HoldfastError `conflict`, `invalid-input` */
  async add({ name, kind, settings, ...selection }: AddChannel): Promise<StoredChannel> {
    await this.#assertFree(name);
    const { open, secret } = this.read(kind, settings);
    const createdAt = instant(this.#parts.clock);
    const channel = { id: uuidv7(), name, kind, settings: open, ...selection, createdAt };
    // The secrets first: a channel without them could not be opened.
    await this.#putSecrets(channel.id, secret);
    await this.#parts.store.insert(channel);
    return channel;
  }

  /**
   * Settings as they would be stored: what may lie in the database, and what belongs into the vault.
   * @throws HoldfastError `invalid-input`, naming each wrong setting but no secret
   */
  read(kind: string, settings: unknown) {
    return splitSettings(this.#kind(kind).open(settings));
  }

  /** @throws HoldfastError `not-found`, `conflict`, `invalid-input` */
  async edit(nameOrId: string, change: EditChannel): Promise<StoredChannel> {
    const before = await this.get(nameOrId);
    if (change.name !== undefined && change.name !== before.name) await this.#assertFree(change.name);
    const changed: StoredChannel = {
      ...before,
      name: change.name ?? before.name,
      enabled: change.enabled ?? before.enabled,
      minSeverity: change.minSeverity ?? before.minSeverity,
      codes: change.codes === undefined ? before.codes : (change.codes ?? undefined),
      environments:
        change.environments === undefined ? before.environments : (change.environments ?? undefined),
      windowSeconds: change.windowSeconds ?? before.windowSeconds,
      settings: change.settings === undefined ? before.settings : await this.#change(before, change.settings),
    };
    await this.#parts.store.update(changed);
    if (before.enabled && !changed.enabled) {
      await this.#parts.outbox.giveUpAll(before.id, instant(this.#parts.clock));
      await this.#parts.alerts.resolve('channel-failing', { kind: 'channel', id: before.id });
    }
    return changed;
  }

  async remove(nameOrId: string): Promise<void> {
    const { store, vault, alerts } = this.#parts;
    const { id } = await this.get(nameOrId);
    await store.remove(id);
    await vault.remove(secretName(id));
    await alerts.resolve('channel-failing', { kind: 'channel', id });
  }

  /** Really sends, also by a channel that is switched off. What goes wrong is an answer, not an error. */
  async test(nameOrId: string): Promise<ChannelTest> {
    const channel = await this.get(nameOrId);
    try {
      const { detail, problem } = await this.send(channel, testNotice(uuidv7(), instant(this.#parts.clock)));
      if (problem !== undefined) return { ok: false, detail, error: problem.toFailure() };
      await this.#parts.alerts.resolve('channel-failing', { kind: 'channel', id: channel.id });
      return { ok: true, detail };
    } catch (error) {
      const failure = asHoldfastError(error).toFailure();
      return { ok: false, detail: failure.detail, error: failure };
    }
  }

  /**
   * Sends one message, and remembers on the channel what became of it.
   * @param signal ends it early; then nothing is remembered
   * @throws HoldfastError `channel-…`
   */
  async send(channel: StoredChannel, notice: Notice, signal?: AbortSignal): Promise<Sent> {
    const { store, clock, sendTimeoutMs } = this.#parts;
    const deadline = AbortSignal.timeout(sendTimeoutMs);
    try {
      const opened = await this.#open(channel);
      const sent = await opened.send(notice, {
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        now: clock.now(),
      });
      const time = instant(clock);
      const lastError = sent.problem === undefined ? undefined : { ...sent.problem.toFailure(), time };
      await store.saveOutcome(channel.id, { lastSuccess: time, lastError });
      return sent;
    } catch (error) {
      const failure = asHoldfastError(error, 'channel-failed');
      if (signal?.aborted !== true) {
        await store.saveOutcome(channel.id, { lastError: { ...failure.toFailure(), time: instant(clock) } });
      }
      throw failure;
    }
  }

  async #open({ id, kind, settings }: StoredChannel): Promise<OpenChannel> {
    return this.#kind(kind).open({ ...settings, ...(await this.secretsOf(id)) });
  }

  async #change(
    before: StoredChannel,
    changes: Readonly<Record<string, unknown>>,
  ): Promise<StoredChannel['settings']> {
    const merged = { ...before.settings, ...(await this.secretsOf(before.id)), ...changes };
    const wanted = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    const { open, secret } = this.read(before.kind, wanted);
    await this.#putSecrets(before.id, secret);
    return open;
  }

  async #view(channel: StoredChannel, counts: Awaited<ReturnType<OutboxStore['counts']>>): Promise<Channel> {
    const { id, name, kind, enabled, minSeverity, windowSeconds, lastSuccess, lastError } = channel;
    const { target } = await this.#open(channel);
    return {
      id,
      name,
      kind,
      target,
      enabled,
      minSeverity,
      windowSeconds,
      codes: channel.codes === undefined ? undefined : [...channel.codes],
      environments: channel.environments === undefined ? undefined : [...channel.environments],
      lastSuccess,
      lastError,
      ...(counts.get(id) ?? { waiting: 0, givenUp: 0 }),
    };
  }

  #counts() {
    const { outbox, clock } = this.#parts;
    return outbox.counts(new Date(clock.now().getTime() - week).toISOString());
  }

  async #assertFree(name: string): Promise<void> {
    if ((await this.#parts.store.byNameOrId(name)) === undefined) return;
    throw new HoldfastError('conflict', `There is a channel named ${name} already.`);
  }

  #kind(name: string): RegisteredChannelKind {
    const kind = this.#parts.kinds.get(name);
    if (kind !== undefined) return kind;
    throw new HoldfastError('invalid-input', `There is no kind of channel ${JSON.stringify(name)}.`, {
      hint: `Use one of: ${[...this.#parts.kinds.keys()].join(', ')}.`,
    });
  }

  async #putSecrets(id: string, secrets: Readonly<Record<string, string>>): Promise<void> {
    const { vault } = this.#parts;
    if (Object.keys(secrets).length === 0) await vault.remove(secretName(id));
    else await vault.put(secretName(id), new Secret(JSON.stringify(secrets)));
  }

  /** By the names of the settings. @throws HoldfastError `vault-damaged` */
  async secretsOf(id: string): Promise<Record<string, string>> {
    const secret = await this.#parts.vault.get(secretName(id));
    if (secret === undefined) return {};
    return z.record(z.string(), z.string()).parse(JSON.parse(secret.reveal()));
  }
}

function secretName(channelId: string): string {
  return `channel:${channelId}`;
}

/** What may lie in the database, and what belongs into the vault. */
function splitSettings({ settings }: OpenChannel) {
  const open: Record<string, unknown> = {};
  const secret: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value instanceof Secret) secret[name] = value.reveal();
    else if (value !== undefined) open[name] = value;
  }
  return { open, secret };
}
