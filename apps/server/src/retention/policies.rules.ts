import type { StoredPlan } from '../plans/plan.ts';

/**
 * Whose policies keep the snapshots of a source in a destination: its plans that go there, paused ones among them; where
 * none does (any more), all of its plans; where it has none, the default plan.
 */
export function policiesFor(
  ofSource: readonly StoredPlan[],
  all: readonly StoredPlan[],
  destination: { readonly id: string; readonly isDefault: boolean },
): readonly StoredPlan[] {
  const there = ofSource.filter(({ destinationIds }) =>
    destinationIds.length === 0 ? destination.isDefault : destinationIds.includes(destination.id),
  );
  if (there.length > 0) return there;
  return ofSource.length > 0 ? ofSource : all.filter(({ isDefault }) => isDefault);
}
