import { addChannelSchema } from '@holdfast/contracts';
import type { StoredChannel } from '../notifications/channel.ts';
import { withoutDefaults, withoutFilledIn } from './compare.rules.ts';
import { storedReferences } from './destinations.section.ts';
import { refuseLiterals } from './secret-references.ts';
import type { Held, Nouns, Section, Wanted } from './section.ts';

const usual = addChannelSchema.parse({ name: 'usual', kind: 'usual', settings: {} });

export const channelsSection: Section = {
  noun: 'channel',
  key: 'channels',

  async held({ channels }) {
    const held = new Map<string, Held>();
    for (const channel of await channels.all()) held.set(channel.name, await holding(channel, channels));
    return held;
  },

  async wanted({ document, nouns, held, secrets, problems }) {
    const wanted = new Map<string, Wanted>();
    for (const [name, { kind, settings, ...selection }] of Object.entries(document.channels)) {
      const place = ['channels', name, 'settings'];
      const before = held.get(name);
      const filled = await secrets.fill(settings, before?.secrets ?? {}, place, problems);
      if (filled === undefined) continue;
      const read = await problems.attempt(place, () => nouns.channels.read(kind, filled));
      if (read === undefined || refuseLiterals(settings, Object.keys(read.secret), place, problems)) continue;
      wanted.set(name, {
        state: stateOf({ kind, settings: read.open, ...selection }),
        secrets: read.secret,
        create: async ({ channels }) =>
          void (await channels.add({ name, kind, settings: filled, ...selection })),
        async update({ channels }, { id, state, secrets: stored }) {
          const gone = [...Object.keys(state['settings'] ?? {}), ...Object.keys(stored)].map((key) => [
            key,
            null,
          ]);
          await channels.edit(id, {
            ...selection,
            codes: selection.codes ?? null,
            environments: selection.environments ?? null,
            settings: { ...Object.fromEntries(gone), ...filled },
          });
        },
      });
    }
    return wanted;
  },

  remove: ({ channels }, { id }) => channels.remove(id),
};

type Described = Omit<StoredChannel, 'id' | 'name' | 'createdAt' | 'lastSuccess' | 'lastError'>;

function stateOf(channel: Described): Held['state'] {
  const { kind, settings, enabled, minSeverity, codes, environments, windowSeconds } = channel;
  return {
    kind,
    settings,
    enabled,
    minSeverity,
    windowSeconds,
    ...(codes === undefined ? {} : { codes }),
    ...(environments === undefined ? {} : { environments }),
  };
}

async function holding(channel: StoredChannel, channels: Nouns['channels']): Promise<Held> {
  const { id, kind, settings } = channel;
  const secrets = await channels.secretsOf(id);
  const state = stateOf(channel);
  const plain = withoutFilledIn(settings, (some) => channels.read(kind, { ...some, ...secrets }).open);
  return {
    id,
    state,
    secrets,
    entry: { ...withoutDefaults(state, { ...usual }), settings: { ...plain, ...storedReferences(secrets) } },
  };
}
