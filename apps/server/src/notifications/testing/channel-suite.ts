import { inspect } from 'node:util';
import type { Notice } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { describe, expect, it } from 'vitest';
import { channelKinds } from '../registry.ts';
import { hostileNotice, sampleNotice } from './sample-notice.ts';

export interface ReceivedMessage {
  /** As it came. */
  readonly raw: string;
  /** The words that a person reads, as the other end shows them. */
  readonly shown: string;
}

export interface ChannelSuite {
  readonly kind: string;
  /** The real other end, which works. */
  readonly start: () => Promise<{
    readonly settings: Readonly<Record<string, unknown>>;
    readonly received: () => readonly ReceivedMessage[];
  }>;
  /** The values of the settings that may never be seen. */
  readonly secrets: readonly string[];
  /** Settings that are refused. */
  readonly wrong: readonly Readonly<Record<string, unknown>>[];
  /** Nothing of this may be in a message with hostile names. */
  readonly forbidden: readonly RegExp[];
}

/** What every kind of channel has to do, against the real thing. */
export function channelSuite({ kind, start, secrets, wrong, forbidden }: ChannelSuite): void {
  const open = (settings: unknown) => {
    const registered = channelKinds.get(kind);
    if (registered === undefined) throw new Error(`There is no kind ${kind}.`);
    return registered.open(settings);
  };

  describe(`the channel ${kind}`, () => {
    async function send(notice: Notice) {
      const { settings, received } = await start();
      const channel = open(settings);
      const sent = await channel.send(notice, { signal: AbortSignal.timeout(10_000), now: new Date() });
      const [message, ...others] = received();
      expect(others).toEqual([]);
      if (message === undefined) throw new Error('Nothing arrived.');
      return { channel, sent, message };
    }

    it('tells what happened, to what, and what to do', async () => {
      const { message, sent } = await send(sampleNotice());
      for (const word of ['backup-failed', 'shop-db', 'Look at it']) expect(message.shown).toContain(word);
      expect(sent.problem).toBeUndefined();
      expect(sent.detail).not.toBe('');
    });

    it('is not fooled by names', async () => {
      const { message } = await send(hostileNotice());
      for (const trick of forbidden) expect(message.raw).not.toMatch(trick);
      expect(message.shown).toContain('evil.example');
    });

    it('shows no secret', async () => {
      const { channel, sent } = await send(sampleNotice());
      const seen = [
        inspect(channel.settings),
        JSON.stringify(channel.settings),
        channel.target,
        sent.detail,
      ].join();
      for (const secret of secrets) expect(seen).not.toContain(secret);
    });

    it('completes its settings to what it accepts again', async () => {
      const { settings } = await start();
      const once = open(settings).settings;
      expect(open(once).settings).toEqual(once);
    });

    it.each(wrong.map((one) => [JSON.stringify(one), one] as const))('refuses %s', async (_, change) => {
      const { settings } = await start();
      const error = await Promise.resolve()
        .then(() => open({ ...settings, ...change }))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(HoldfastError);
      expect(error).toMatchObject({ code: 'invalid-input' });
      for (const secret of secrets) expect(String(error)).not.toContain(secret);
    });
  });
}
