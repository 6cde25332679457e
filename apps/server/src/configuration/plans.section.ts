import { type AddPlan, addPlanSchema, selectorSchema } from '@holdfast/contracts';
import type { StoredPlan } from '../plans/plan.ts';
import { withoutDefaults } from './compare.rules.ts';
import type { Held, Section, Wanted } from './section.ts';

const everything = selectorSchema.parse({ everything: true });
const usual = addPlanSchema.parse({ name: 'usual' });

/** @param timeZone of plans that name none */
export function plansSection(timeZone: string): Section {
  return {
    noun: 'plan',
    key: 'plans',

    async held({ plans, destinations }) {
      const names = new Map((await destinations.list()).map(({ id, name }) => [id, name]));
      return new Map((await plans.all()).map((plan) => [plan.name, holding(plan, names)]));
    },

    async wanted({ document, nouns, held, problems }) {
      const wanted = new Map<string, Wanted>();
      const stored = new Map((await nouns.plans.all()).map((plan) => [plan.name, plan]));
      const known = new Set([
        ...Object.keys(document.destinations),
        ...(await nouns.destinations.list()).map(({ name }) => name),
      ]);
      for (const [name, entry] of Object.entries(document.plans)) {
        const place = ['plans', name];
        const before = stored.get(name);
        const selector = entry.selector ?? (before?.isDefault === true ? everything : usual.selector);
        const plan = { ...entry, selector, timeZone: entry.timeZone ?? timeZone, name };
        const unknown = plan.destinations.findIndex((destination) => !known.has(destination));
        if (unknown >= 0) {
          const missing = JSON.stringify(plan.destinations[unknown]);
          problems.add([...place, 'destinations', String(unknown)], `There is no destination ${missing}.`);
          continue;
        }
        const checked = await problems.attempt(place, () => {
          nouns.plans.check({ ...plan, id: before?.id ?? held.get(name)?.id ?? name }, before);
          return true;
        });
        if (checked === undefined) continue;
        const state = stateOf(plan);
        wanted.set(name, {
          state,
          secrets: {},
          create: async ({ plans }) => void (await plans.add(plan)),
          update: async ({ plans }, { id }, changed) =>
            void (await plans.edit(id, changesOf(state, changed))),
        });
      }
      return wanted;
    },

    remove: ({ plans }, { id }) => plans.remove(id),
  };
}

/** Only what differs: to pause the default plan is no edit of it. */
function changesOf(state: Held['state'], changed: ReadonlySet<string>) {
  return Object.fromEntries([...changed].map((name) => [name, state[name] ?? null]));
}

function stateOf(
  plan: Required<Omit<AddPlan, 'name' | 'consistency'>> & Pick<AddPlan, 'consistency'>,
): Held['state'] {
  const { selector, schedule, timeZone, destinations, retention, jitterSeconds, enabled, consistency } = plan;
  const rest = { selector, schedule, timeZone, retention, jitterSeconds, enabled };
  return {
    ...rest,
    destinations: [...new Set(destinations)],
    ...(consistency === undefined ? {} : { consistency }),
  };
}

function holding(plan: StoredPlan, names: ReadonlyMap<string, string>): Held {
  // One that was removed meanwhile has no name any more, and does nothing.
  const destinations = plan.destinationIds.flatMap((id) => names.get(id) ?? []);
  const state = stateOf({ ...plan, destinations });
  const held = { id: plan.id, state, secrets: {} };
  // Neither edited nor paused: it is as the variables of the server say, here and wherever the document goes.
  if (plan.isDefault && !plan.edited && plan.enabled) return { ...held, stays: 'never' };
  const { schedule, timeZone, selector } = plan;
  const lessen = withoutDefaults(state, { ...usual });
  const isUsual = JSON.stringify(selector) === JSON.stringify(plan.isDefault ? everything : usual.selector);
  const entry = {
    ...(isUsual ? {} : { selector: withoutDefaults(selector, usual.selector) }),
    schedule,
    timeZone,
    ...Object.fromEntries(
      Object.entries(lessen).filter(([name]) => !['selector', 'schedule', 'timeZone'].includes(name)),
    ),
  };
  return { ...held, entry, ...(plan.isDefault ? { stays: 'never' } : {}) };
}
