import type { Configuration, DeclareSource } from '@holdfast/contracts';
import { Secret } from '@holdfast/runtime';
import type { StoredSource } from '../sources/source.ts';
import { withoutFilledIn } from './compare.rules.ts';
import { storedReferences } from './destinations.section.ts';
import type { Problems } from './problems.ts';
import { refuseLiterals, type SecretResolver } from './secret-references.ts';
import type { Held, Nouns, Section, Wanted } from './section.ts';

type Entry = Configuration['sources'][string];

/** The sources that people declared; what discovery finds is in no document. */
export const sourcesSection: Section = {
  noun: 'source',
  key: 'sources',

  async held({ sources }) {
    const declared = (await sources.all()).filter((source) => source.declared);
    const held = await Promise.all(declared.map((source) => holding(source, sources)));
    return new Map(
      declared.flatMap(({ name }, index) => (held[index] === undefined ? [] : [[name, held[index]]])),
    );
  },

  async wanted({ document, nouns, held, secrets, problems }) {
    const wanted = new Map<string, Wanted>();
    const all = await nouns.sources.all();
    for (const [name, entry] of Object.entries(document.sources)) {
      const place = ['sources', name];
      const before = held.get(name);
      const given = await secretsOf(entry, before, place, { secrets, problems });
      if (given === undefined) continue;
      const declared = await problems.attempt(place, () =>
        nouns.sources.readDeclaration(declaration(name, entry, given)),
      );
      if (declared === undefined) continue;
      if (before === undefined && all.some((source) => isInTheWay(source, name, declared.path))) {
        problems.add(place, 'There is a source of this name that discovery found.');
        continue;
      }
      wanted.set(name, {
        state: stateOf(declared, nouns.sources),
        secrets: given,
        tryOut: () => nouns.sources.tryOut(declared),
        create: async ({ sources }) => void (await sources.keep(declared)),
        update: async ({ sources }, { id }) => void (await sources.keep(declared, id)),
      });
    }
    return wanted;
  },

  remove: ({ sources }, { id }) => sources.undeclare(id),
};

function isInTheWay(
  { declared, present, name, kind, path }: StoredSource,
  wanted: string,
  place?: string,
): boolean {
  return (
    !declared && present && name === wanted && (place === undefined || path !== place || kind === 'volume')
  );
}

function declaration(name: string, entry: Entry, secrets: Record<string, string>): DeclareSource {
  if ('path' in entry) return { ...entry, name };
  const { kind, environment, settings } = entry;
  return { kind, name, settings, secrets, ...(environment === undefined ? {} : { environment }) };
}

async function secretsOf(
  entry: Entry,
  before: Held | undefined,
  place: readonly string[],
  { secrets, problems }: { secrets: SecretResolver; problems: Problems },
): Promise<Record<string, string> | undefined> {
  if ('path' in entry) return {};
  // A password among the settings would be refused by its kind, in words that do not say why.
  if (refuseLiterals(entry.settings, ['password'], [...place, 'settings'], problems)) return undefined;
  const filled = await secrets.fill(entry.secrets, before?.secrets ?? {}, [...place, 'secrets'], problems);
  if (filled === undefined) return undefined;
  return revealed(filled);
}

type Described = Pick<StoredSource, 'kind' | 'environment' | 'path' | 'locator'>;

function stateOf({ kind, environment, path, locator }: Described, sources: Nouns['sources']): Held['state'] {
  if (path !== undefined) return { kind, environment, path };
  return { kind, environment, settings: sources.kindOf({ kind }).declaration?.settingsOf(locator) ?? {} };
}

async function holding(source: StoredSource, sources: Nouns['sources']): Promise<Held> {
  const { id, name, kind, path, environment } = source;
  const secrets = revealed((await sources.secretsOf(source)) ?? {});
  const state = stateOf(source, sources);
  const apart = environment === name ? {} : { environment };
  if (path !== undefined) return { id, state, secrets, entry: { kind, path, ...apart } };
  const { declaration } = sources.kindOf(source);
  const complete = declaration?.settingsOf(source.locator) ?? {};
  const settings = withoutFilledIn(complete, (some) =>
    declaration === undefined ? some : declaration.settingsOf(declaration.settings.parse(some)),
  );
  const kept = Object.keys(secrets).length === 0 ? {} : { secrets: storedReferences(secrets) };
  return { id, state, secrets, entry: { kind, ...apart, settings, ...kept } };
}

function revealed(secrets: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : '']),
  );
}
