import { HoldfastError } from '@holdfast/runtime';
import type { z } from 'zod';
import { monthlyCost } from './cost.ts';
import type { Destination, DestinationKind, DestinationTraits } from './destination.ts';

/** A kind without its type of settings: settings go in as they were entered, a ready destination comes out. */
export interface RegisteredKind {
  readonly kind: string;
  readonly traits: DestinationTraits;
  readonly secretSettings: readonly string[];
  /** @throws HoldfastError `invalid-input`, naming each wrong setting but no secret. */
  open(settings: unknown): Destination;
}

/** Hides the type of the settings, so that no caller can hand over settings that were not validated. */
export function registerKind<Settings extends object>(kind: DestinationKind<Settings>): RegisteredKind {
  return {
    kind: kind.kind,
    traits: kind.traits,
    secretSettings: kind.secretSettings,
    open(entered) {
      const settings = parseSettings(kind.kind, kind.settings, entered);
      return {
        kind: kind.kind,
        traits: kind.traits,
        settings: Object.fromEntries(Object.entries(settings)),
        describe: () => kind.describe(settings),
        monthlyCost(bytes) {
          const price = kind.price?.(settings);
          return price === undefined ? undefined : monthlyCost(price, bytes);
        },
        space: () => kind.space?.(settings) ?? Promise.resolve(undefined),
        access: (repositoryName) => kind.access(settings, repositoryName),
        objects: () => kind.objects(settings),
        probe: (options) => kind.probe(settings, options),
      };
    },
  };
}

/** @throws HoldfastError `invalid-input`, naming each wrong setting but no secret */
export function parseSettings<Settings>(
  kind: string,
  schema: z.ZodType<Settings>,
  entered: unknown,
): Settings {
  const parsed = schema.safeParse(entered);
  if (!parsed.success) throw invalidSettings(kind, parsed.error);
  return parsed.data;
}

function invalidSettings(kind: string, error: z.ZodError): HoldfastError {
  const problems = error.issues.map((issue) => {
    const name = issue.path.join('.');
    return name === '' ? issue.message : `${name}: ${issue.message}`;
  });
  return new HoldfastError(
    'invalid-input',
    `The settings of the ${kind} destination are not valid. ${problems.join('; ')}`,
  );
}
