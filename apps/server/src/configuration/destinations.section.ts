import { withoutFilledIn } from './compare.rules.ts';
import { refuseLiterals } from './secret-references.ts';
import type { Held, Nouns, Section, Wanted } from './section.ts';

type StoredDestination = Awaited<ReturnType<Nouns['destinations']['get']>>;

/** @param snapshots how many each destination holds, by its id */
export function destinationsSection(snapshots: ReadonlyMap<string, number>): Section {
  return {
    noun: 'destination',
    key: 'destinations',

    async held({ destinations }) {
      const all = await destinations.list();
      const held = await Promise.all(
        all.map(async (stored) => holding(stored, destinations, snapshots.get(stored.id) ?? 0)),
      );
      return new Map(held.map((one, index) => [all[index]?.name ?? '', one]));
    },

    async wanted({ document, nouns, held, secrets, problems }) {
      const wanted = new Map<string, Wanted>();
      const { defaultDestination } = document;
      for (const [name, { kind, settings }] of Object.entries(document.destinations)) {
        const place = ['destinations', name, 'settings'];
        const before = held.get(name);
        const filled = await secrets.fill(settings, before?.secrets ?? {}, place, problems);
        if (filled === undefined) continue;
        const read = await problems.attempt(place, () => nouns.destinations.read(kind, filled));
        if (read === undefined || refuseLiterals(settings, Object.keys(read.secret), place, problems))
          continue;
        const makesDefault = defaultDestination === name;
        wanted.set(name, {
          state: {
            kind,
            settings: read.open,
            default: defaultDestination === undefined ? (before?.state['default'] ?? false) : makesDefault,
          },
          secrets: read.secret,
          tryOut: () => nouns.destinations.tryOut(read),
          async create({ destinations }) {
            const { id } = await destinations.insert(name, read.destination);
            if (makesDefault) await destinations.makeDefault(id);
          },
          async update({ destinations }, { id }) {
            await destinations.changeSettings(id, read);
            if (makesDefault) await destinations.makeDefault(id);
          },
        });
      }
      if (defaultDestination === undefined || Object.hasOwn(document.destinations, defaultDestination))
        return wanted;
      const chosen = held.get(defaultDestination);
      if (chosen === undefined) {
        problems.add(
          ['defaultDestination'],
          `There is no destination ${JSON.stringify(defaultDestination)}.`,
        );
      } else {
        wanted.set(defaultDestination, {
          ...chosen,
          state: { ...chosen.state, default: true },
          create: async () => {},
          update: ({ destinations }, { id }) => destinations.makeDefault(id),
        });
      }
      return wanted;
    },

    remove: async ({ destinations }, { id }) => destinations.remove(await destinations.get(id)),
  };
}

async function holding(
  { id, kind, settings, isDefault, fromEnvironment }: StoredDestination,
  destinations: Nouns['destinations'],
  snapshots: number,
): Promise<Held> {
  const secrets = await destinations.secretsOf(id);
  const stays =
    snapshots > 0 ? `It holds ${snapshots} snapshots; remove it by hand if that is meant.` : undefined;
  const held = { id, state: { kind, settings, default: isDefault }, secrets };
  if (fromEnvironment) {
    return { ...held, fixed: 'The HOLDFAST_* variables make it; change those.', stays: 'never' };
  }
  const plain = withoutFilledIn(settings, (some) => destinations.read(kind, { ...some, ...secrets }).open);
  return {
    ...held,
    entry: { kind, settings: { ...plain, ...storedReferences(secrets) } },
    ...(stays === undefined ? {} : { stays }),
  };
}

/** Each of them as what a document says of a secret that is in the vault. */
export function storedReferences(
  secrets: Readonly<Record<string, string>>,
): Record<string, { stored: true }> {
  return Object.fromEntries(Object.keys(secrets).map((name) => [name, { stored: true }]));
}
