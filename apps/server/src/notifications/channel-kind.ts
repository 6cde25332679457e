import type { Notice } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { z } from 'zod';

/** What became of a message that was handed over. */
export interface Sent {
  /** In words, without secrets. */
  readonly detail: string;
  /** What went wrong all the same, for example one address of several that was refused. */
  readonly problem?: HoldfastError;
}

export interface SendOptions {
  /** Ends it at once; what was not answered by then counts as failed. */
  readonly signal: AbortSignal;
  readonly now: Date;
}

/**
 * A way to people. Adding one is a folder beside this file, one line in `registry.ts`, and passing
 * `testing/channel-suite.ts` against the real thing.
 */
export interface ChannelKind<Settings> {
  readonly kind: string;
  /** Validates what a person enters: unknown fields are errors, secrets are `Secret` afterwards. */
  readonly settings: z.ZodType<Settings>;
  /** Where it leads, in one line without secrets. */
  describe(settings: Settings): string;
  /**
   * Hands one message over. Names in it are hostile: no markup, mention, link or header may come of them.
   * @throws HoldfastError `channel-…`; its words hold no secret
   */
  send(settings: Settings, notice: Notice, options: SendOptions): Promise<Sent>;
}

/** A channel that is ready to send: its kind together with settings that were validated. */
export interface OpenChannel {
  /** The completed settings, to be stored; secret ones are `Secret`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly target: string;
  send(notice: Notice, options: SendOptions): Promise<Sent>;
}

export interface RegisteredChannelKind {
  readonly kind: string;
  /** @throws HoldfastError `invalid-input`, naming each wrong setting but no secret */
  open(settings: unknown): OpenChannel;
}

/** Hides the type of the settings, so that no caller can hand over settings that were not validated. */
export function registerChannel<Settings extends object>(kind: ChannelKind<Settings>): RegisteredChannelKind {
  return {
    kind: kind.kind,
    open(entered) {
      const parsed = kind.settings.safeParse(entered);
      if (!parsed.success) throw invalidSettings(kind.kind, parsed.error);
      const settings = parsed.data;
      return {
        settings: Object.fromEntries(Object.entries(settings)),
        target: kind.describe(settings),
        send: (notice, options) => kind.send(settings, notice, options),
      };
    },
  };
}

function invalidSettings(kind: string, error: z.ZodError): HoldfastError {
  const problems = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return new HoldfastError(
    'invalid-input',
    `The settings of the ${kind} channel are not valid. ${problems.join('; ')}.`,
  );
}
