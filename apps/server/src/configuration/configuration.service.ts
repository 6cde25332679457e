import { type Configuration, type ConfigurationChange, type ConfigurationDiff } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { SecretPlaces } from '../config.ts';
import type { Database } from '../database/database.ts';
import { serialised } from '../database/serialised.ts';
import { channelsSection } from './channels.section.ts';
import { allFields, fieldChanges } from './compare.rules.ts';
import { destinationsSection } from './destinations.section.ts';
import { plansSection } from './plans.section.ts';
import { Problems } from './problems.ts';
import { SecretResolver } from './secret-references.ts';
import type { Held, Nouns, Section } from './section.ts';
import { sourcesSection } from './sources.section.ts';

/** The nouns inside a transaction, and what is left to do once it is through. */
export interface NounsWithin {
  readonly nouns: Nouns;
  /** Tells the rest of the process what was changed. */
  settle(): Promise<void>;
}

export interface ConfigurationParts {
  readonly database: Database;
  readonly nouns: Nouns;
  readonly within: (transaction: Database) => NounsWithin;
  /** How many snapshots each destination holds, by its id. */
  readonly snapshotsByDestination: () => Promise<ReadonlyMap<string, number>>;
  readonly timeZone: string;
  readonly secretPlaces: SecretPlaces;
}

export interface Request {
  readonly document: Configuration;
  readonly prune: boolean;
  /** Whether this host's own credential came with the request. */
  readonly fromHost: boolean;
}

interface Step {
  readonly change: ConfigurationChange;
  readonly tryOut?: () => Promise<void>;
  run(nouns: Nouns): Promise<void>;
}

/** What people configure, as one document: written, compared with, and brought about as a whole or not at all. */
export class ConfigurationService {
  readonly #parts: ConfigurationParts;

  constructor(parts: ConfigurationParts) {
    this.#parts = parts;
  }

  /** What is there, without its defaults, ids and secrets; in an order that stays. */
  async export(): Promise<Record<string, unknown>> {
    const { nouns } = this.#parts;
    const document: Record<string, unknown> = { version: 1 };
    const chosen = (await nouns.destinations.list()).find(({ isDefault }) => isDefault);
    // One that variables made follows them, here and wherever the document goes.
    if (chosen?.fromEnvironment === false) document['defaultDestination'] = chosen.name;
    for (const section of await this.#sections()) {
      const held = [...(await section.held(nouns))].toSorted(byName);
      const entries = held.flatMap(([name, { entry }]) => (entry === undefined ? [] : [[name, entry]]));
      if (entries.length > 0) document[section.key] = Object.fromEntries(entries);
    }
    return document;
  }

  /** What applying it would change, and what is in the way. */
  async diff(request: Request): Promise<ConfigurationDiff> {
    const { steps, problems } = await this.#plan(request, this.#parts.nouns, await this.#sections());
    return { changes: steps.map(({ change }) => change), problems: problems.all };
  }

  /**
   * Brings about what the document says: all of it, or nothing where anything goes wrong.
   * @returns what was changed; with `dryRun`, what would have been
   * @throws HoldfastError `configuration-invalid`, `configuration-changed`; without `force`, what storage and sources
   *   that are new or changed say when they are tried
   */
  async apply(request: Request & { dryRun: boolean; force: boolean }): Promise<ConfigurationChange[]> {
    const { database, nouns, within } = this.#parts;
    const sections = await this.#sections();
    const planned = await this.#plan(request, nouns, sections);
    assertPossible(planned.problems);
    // Before the transaction: nothing else could be written while storage is waited for.
    if (!request.force) for (const step of planned.steps) await tried(step);
    const changes = planned.steps.map(({ change }) => change);
    if (request.dryRun || changes.length === 0) return changes;
    const settle = await serialised(database, 'configuration', async (transaction) => {
      const inside = within(transaction);
      const again = await this.#plan(request, inside.nouns, sections);
      assertPossible(again.problems);
      if (JSON.stringify(again.steps.map(({ change }) => change)) !== JSON.stringify(changes)) {
        throw new HoldfastError('configuration-changed', 'What is there is not what it was a moment ago.');
      }
      for (const step of again.steps) await step.run(inside.nouns);
      return () => inside.settle();
    });
    await settle();
    return changes;
  }

  async #sections(): Promise<Section[]> {
    const { snapshotsByDestination, timeZone } = this.#parts;
    return [
      destinationsSection(await snapshotsByDestination()),
      sourcesSection,
      plansSection(timeZone),
      channelsSection,
    ];
  }

  /** Every change in the order in which it can be made: what others refer to comes first and goes last. */
  async #plan(request: Request, nouns: Nouns, sections: readonly Section[]) {
    const problems = new Problems();
    const steps: Step[] = [];
    const removals: Step[] = [];
    for (const section of sections) {
      const held = await section.held(nouns);
      const found = await stepsOf(section, {
        request,
        nouns,
        held,
        problems,
        places: this.#parts.secretPlaces,
      });
      steps.push(...found);
      if (request.prune) removals.unshift(...removalsOf(section, request, held, problems));
    }
    return { steps: [...steps, ...removals], problems };
  }
}

async function stepsOf(
  section: Section,
  {
    request: { document, fromHost },
    nouns,
    held,
    problems,
    places,
  }: { request: Request; nouns: Nouns; held: Map<string, Held>; problems: Problems; places: SecretPlaces },
): Promise<Step[]> {
  const { noun, key } = section;
  const secrets = new SecretResolver(places, fromHost);
  const wanted = await section.wanted({ document, nouns, held, secrets, problems });
  return [...wanted].toSorted(byName).flatMap(([name, target]): Step[] => {
    const before = held.get(name);
    if (before === undefined) {
      const change = { noun, name, action: 'create' as const, fields: allFields(undefined, target) };
      return [{ change, ...tryingOf(target), run: (inside) => target.create(inside) }];
    }
    const fields = fieldChanges(before, target);
    if (fields.length === 0) return [];
    const changed = new Set(fields.map(({ path: [first = ''] }) => first));
    const place = [key, name];
    if (changed.has('kind')) {
      problems.add(
        [...place, 'kind'],
        'The kind cannot be changed; remove it first, or choose another name.',
      );
    } else if (before.fixed !== undefined && [...changed].some((field) => field !== 'default')) {
      problems.add(place, before.fixed);
    }
    const reached = ['settings', 'secrets', 'path'].some((field) => changed.has(field));
    const change = { noun, name, action: 'update' as const, fields };
    return [
      {
        change,
        ...(reached ? tryingOf(target) : {}),
        run: (inside) => target.update(inside, before, changed),
      },
    ];
  });
}

function removalsOf(
  { noun, key, remove }: Section,
  { document }: Request,
  held: ReadonlyMap<string, Held>,
  problems: Problems,
): Step[] {
  const named = new Set(Object.keys(document[key]));
  return [...held].toSorted(byName).flatMap(([name, one]): Step[] => {
    if (named.has(name) || one.stays === 'never') return [];
    if (one.stays !== undefined) problems.add([key], `${noun} ${name} is not in it. ${one.stays}`);
    const change = { noun, name, action: 'delete' as const, fields: allFields(one, undefined) };
    return [{ change, run: (nouns) => remove(nouns, one) }];
  });
}

function tryingOf({ tryOut }: Pick<Step, 'tryOut'>): Pick<Step, 'tryOut'> {
  return tryOut === undefined ? {} : { tryOut };
}

/** @throws HoldfastError what it throws, saying of what */
async function tried({ change: { noun, name }, tryOut }: Step): Promise<void> {
  try {
    await tryOut?.();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    throw new HoldfastError(error.code, `${noun} ${name}: ${error.message}`, {
      hint: `${error.hint} Nothing was changed; with --force it is applied all the same.`,
      cause: error,
    });
  }
}

function assertPossible({ all }: Problems): void {
  if (all.length === 0) return;
  const [first] = all;
  const more = all.length > 1 ? ` (and ${all.length - 1} more)` : '';
  throw new HoldfastError('configuration-invalid', `${first?.path.join('.')}: ${first?.message}${more}`);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
