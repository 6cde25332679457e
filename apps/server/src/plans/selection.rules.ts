import type { Selector } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import picomatch from 'picomatch';
import type { StoredPlan } from './plan.ts';

/** What the choice of plans looks at. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly environment: string;
  /** Names of plans, from the label holdfast.plan. */
  readonly planLabels?: readonly string[];
  readonly present: boolean;
}

type Chooser = Pick<StoredPlan, 'id' | 'name' | 'selector' | 'isDefault'>;

/** @returns the plans of each of these sources, by its id; of an environment all members are asked about together */
export type PlanChooser<P extends Chooser> = (sources: readonly Candidate[]) => Map<string, readonly P[]>;

/**
 * Chooses the plans of sources. A label wins; then every explicit plan whose selector names it; the default
 * plan takes what is left. A label that names no plan says nothing. How an environment is built goes with its members:
 * a recovery point needs both. Paused plans hold what they catch: a pause is not a move to another plan.
 */
export function planChooser<P extends Chooser>(
  plans: readonly P[],
  isDefinition: (source: Candidate) => boolean,
): PlanChooser<P> {
  const choose = chooserOf(plans);
  return (sources) => chooseOf(sources, choose, isDefinition);
}

function chooseOf<P extends Chooser>(
  sources: readonly Candidate[],
  choose: (source: Candidate) => readonly P[],
  isDefinition: (source: Candidate) => boolean,
): Map<string, readonly P[]> {
  const chosen = new Map<string, readonly P[]>();
  const members = new Map<string, Set<P>>();
  for (const source of sources) {
    if (isDefinition(source)) continue;
    const own = choose(source);
    chosen.set(source.id, own);
    if (!source.present) continue;
    const together = members.get(source.environment) ?? new Set();
    for (const plan of own) together.add(plan);
    members.set(source.environment, together);
  }
  for (const source of sources) {
    if (!isDefinition(source)) continue;
    const those = [...(members.get(source.environment) ?? [])].filter(
      ({ selector }) => !namesIt(selector.exclude, source),
    );
    chosen.set(source.id, those.length > 0 ? those : choose(source));
  }
  return chosen;
}

function chooserOf<P extends Chooser>(plans: readonly P[]): (source: Candidate) => readonly P[] {
  const byName = new Map(plans.map((plan) => [plan.name, plan]));
  const explicit = catcherOf(plans.filter(({ isDefault }) => !isDefault));
  const rest = catcherOf(plans.filter(({ isDefault }) => isDefault));
  return (source) => {
    const labelled = (source.planLabels ?? []).flatMap((name) => byName.get(name) ?? []);
    if (labelled.length > 0) return [...new Set(labelled)];
    const caught = explicit(source);
    return caught.length > 0 ? caught : rest(source);
  };
}

/**
 * The plans, in their order, whose selectors alone catch a source. Not every plan is asked about every source: a name
 * that is spelt out is looked up, and a glob is tried once for each environment and kind.
 */
function catcherOf<P extends Chooser>(plans: readonly P[]): (source: Candidate) => readonly P[] {
  const everything = plans.flatMap(({ selector }, position) => (selector.everything ? [position] : []));
  const bySource = finderOf(plans.map(({ selector }) => selector.sources));
  const byEnvironment = finderOf(plans.map(({ selector }) => selector.environments));
  const byKind = finderOf(plans.map(({ selector }) => selector.kinds));
  return (source) => {
    const named = [...bySource(source.name), ...byEnvironment(source.environment), ...byKind(source.kind)];
    const positions = [...new Set([...everything, ...named])].toSorted((a, b) => a - b);
    return positions
      .flatMap((position) => plans[position] ?? [])
      .filter(({ selector }) => !namesIt(selector.exclude, source));
  };
}

/** Texts come from outside, and a chooser lives as long as the plans do not change. */
const mostFound = 5_000;

/** @returns the positions of the lists of which a pattern matches a text */
function finderOf(lists: readonly (readonly string[])[]): (text: string) => readonly number[] {
  const literal = new Map<string, number[]>();
  const globs: (readonly [string, number])[] = [];
  for (const [position, patterns] of lists.entries()) {
    for (const pattern of patterns) {
      if (isGlob(pattern)) globs.push([pattern, position]);
      const same = literal.get(pattern);
      if (same === undefined) literal.set(pattern, [position]);
      else same.push(position);
    }
  }
  const found = new Map<string, readonly number[]>();
  return (text) => {
    if (globs.length === 0) return literal.get(text) ?? [];
    const before = found.get(text);
    if (before !== undefined) return before;
    const matching = globs.flatMap(([glob, position]) => (matcherOf(glob)(text) ? [position] : []));
    const positions = [...(literal.get(text) ?? []), ...matching];
    if (found.size >= mostFound) found.clear();
    found.set(text, positions);
    return positions;
  };
}

function namesIt(patterns: Selector['exclude'], { name, environment, kind }: Candidate): boolean {
  return (
    matches(patterns.sources, name) ||
    matches(patterns.environments, environment) ||
    matches(patterns.kinds, kind)
  );
}

const matchers = new Map<string, (text: string) => boolean>();
const mostMatchers = 10_000;

function matches(globs: readonly string[], text: string): boolean {
  return globs.some((glob) => glob === text || (isGlob(glob) && matcherOf(glob)(text)));
}

function isGlob(text: string): boolean {
  return /[*?[\]{}()!+@]/.test(text);
}

function matcherOf(glob: string): (text: string) => boolean {
  const known = matchers.get(glob);
  if (known !== undefined) return known;
  if (matchers.size >= mostMatchers) matchers.clear();
  const made = picomatch(glob, { dot: true, noextglob: true, nonegate: true });
  matchers.set(glob, made);
  return made;
}

const mostStars = 6;

/** @throws HoldfastError `selector-invalid` */
export function checkSelector(selector: Selector, kinds: ReadonlySet<string>): void {
  for (const patterns of [selector, selector.exclude]) {
    for (const glob of [...patterns.environments, ...patterns.sources, ...patterns.kinds]) {
      // Every star multiplies what a match may cost.
      const stars = glob.split('*').length - 1;
      if (glob.trim() === glob && !/[\p{Cc}/\\]/u.test(glob) && stars <= mostStars) continue;
      throw new HoldfastError('selector-invalid', `${JSON.stringify(glob)} can be no part of a name.`);
    }
    const unknown = patterns.kinds.find((kind) => !isGlob(kind) && !kinds.has(kind));
    if (unknown === undefined) continue;
    throw new HoldfastError('selector-invalid', `There is no kind of source ${JSON.stringify(unknown)}.`, {
      hint: `There are: ${[...kinds].toSorted().join(', ')}.`,
    });
  }
}
