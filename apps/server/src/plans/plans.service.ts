import { setImmediate } from 'node:timers/promises';
import type { AddPlan, EditPlan, Plan, PlanFilter, RetentionPolicy } from '@holdfast/contracts';
import { addPlanSchema, editPlanSchema, selectorSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import { uuidv7 } from 'uuidv7';
import { type Clock, instant } from '../clock.ts';
import type { DestinationsService } from '../destinations/destinations.service.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { StoredSource } from '../sources/source.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import { type StoredPlan, scheduleOf } from './plan.ts';
import type { PlansStore } from './plans.store.ts';
import { cronInWords, scheduleOfCron } from './preset.rules.ts';
import { nextDue } from './schedule.rules.ts';
import { checkSchedule } from './schedule-check.rules.ts';
import { type Candidate, checkSelector, type PlanChooser, planChooser } from './selection.rules.ts';

/** What the HOLDFAST_* variables say of the default plan. */
export interface DefaultPlanSettings {
  readonly backupCron: string;
  readonly timeZone: string;
  readonly retention: RetentionPolicy;
}

export interface PlansParts {
  readonly store: PlansStore;
  readonly sources: SourcesService;
  readonly destinations: DestinationsService;
  readonly operations: OperationsService;
  readonly settings: DefaultPlanSettings;
  readonly clock: Clock;
}

const defaultName = 'default';

/** Which sources are backed up when, where to, and for how long that is kept. */
export class PlansService {
  readonly #parts: PlansParts;
  readonly #listeners = new Set<() => void>();
  /** Who looks at all sources does so some at a time, and asks about the same plans again and again. */
  readonly #choosers = new WeakMap<readonly StoredPlan[], PlanChooser<StoredPlan>>();
  #choosing: Promise<ReadonlyMap<string, readonly StoredSource[]>> | undefined;

  constructor(parts: PlansParts) {
    this.#parts = parts;
  }

  /**
   * Makes the default plan, or brings it up to date with the variables while nobody edited it.
   * @param lastDue of a Holdfast that had no plans yet: what it missed is made up for
   */
  async ensureDefault(lastDue?: string): Promise<void> {
    const { store, settings, clock } = this.#parts;
    const now = instant(clock);
    const wanted = {
      schedule: scheduleOfCron(settings.backupCron),
      timeZone: settings.timeZone,
      retention: settings.retention,
    };
    const existing = (await store.all()).find(({ isDefault }) => isDefault);
    if (existing === undefined) {
      // False where another replica was quicker.
      await store.insert({
        ...wanted,
        id: uuidv7(),
        name: defaultName,
        selector: selectorSchema.parse({ everything: true }),
        destinationIds: [],
        jitterSeconds: 0,
        enabled: true,
        isDefault: true,
        edited: false,
        createdAt: now,
        updatedAt: now,
        since: now,
        lastDue: lastDue ?? now,
      });
      return;
    }
    if (existing.edited) return;
    const changed = { ...existing, ...wanted };
    if (JSON.stringify(changed) === JSON.stringify(existing)) return;
    await this.#replace(existing, { ...changed, updatedAt: now });
  }

  /** The default plan first, then by name. */
  all(): Promise<readonly StoredPlan[]> {
    return this.#parts.store.all();
  }

  /** By name or id. @throws HoldfastError `not-found` */
  async get(nameOrId: string): Promise<StoredPlan> {
    const all = await this.all();
    const found = all.find(({ id }) => id === nameOrId) ?? all.find(({ name }) => name === nameOrId);
    if (found !== undefined) return found;
    throw new HoldfastError('not-found', `There is no plan ${JSON.stringify(nameOrId)}.`, {
      hint: 'holdfast plans lists those that exist.',
    });
  }

  /** @throws HoldfastError `conflict`, `not-found` (a destination), and what `checkSchedule` and `checkSelector` throw */
  async add(request: AddPlan): Promise<StoredPlan> {
    const { store, settings, clock } = this.#parts;
    const { destinations, timeZone = settings.timeZone, ...rest } = addPlanSchema.parse(request);
    const now = instant(clock);
    const plan: StoredPlan = {
      ...rest,
      id: uuidv7(),
      timeZone,
      destinationIds: await this.#destinationIds(destinations),
      isDefault: false,
      edited: true,
      createdAt: now,
      updatedAt: now,
      since: now,
      lastDue: now,
    };
    this.check(plan);
    if (!(await store.insert(plan))) throw nameTaken(plan.name);
    this.changed();
    return plan;
  }

  /** @throws HoldfastError as `add` does, `not-found` */
  async edit(nameOrId: string, request: EditPlan): Promise<StoredPlan> {
    const existing = await this.get(nameOrId);
    const { destinations, consistency, ...changes } = editPlanSchema.parse(request);
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    if (existing.isDefault && changes.name !== undefined && changes.name !== existing.name) {
      throw new HoldfastError('invalid-input', 'The default plan keeps its name.');
    }
    const onlyPaused = Object.keys(request).every((name) => name === 'enabled');
    const changed: StoredPlan = {
      ...existing,
      ...given,
      ...(destinations === undefined ? {} : { destinationIds: await this.#destinationIds(destinations) }),
      ...(consistency === undefined ? {} : { consistency: consistency ?? undefined }),
      edited: existing.edited || !onlyPaused,
      updatedAt: instant(this.#parts.clock),
    };
    this.check(changed, existing);
    await this.#replace(existing, changed);
    return this.get(existing.id);
  }

  /** Its snapshots stay, and are kept by what catches its sources from now on. @throws HoldfastError `default-plan`, `not-found` */
  async remove(nameOrId: string): Promise<void> {
    const plan = await this.get(nameOrId);
    if (plan.isDefault) {
      throw new HoldfastError('default-plan', 'The default plan catches what no other plan does; it stays.');
    }
    await this.#parts.store.remove(plan.id);
    this.changed();
  }

  /**
   * What a person chose is checked; what was as it is before is not: the variables allow more.
   * @throws what `checkSchedule` and `checkSelector` throw
   */
  check(
    plan: Pick<StoredPlan, 'id' | 'schedule' | 'timeZone' | 'jitterSeconds' | 'selector'>,
    before?: StoredPlan,
  ): void {
    const schedule = scheduleOf(plan);
    if (before === undefined || JSON.stringify(schedule) !== JSON.stringify(scheduleOf(before))) {
      checkSchedule(schedule);
    }
    checkSelector(plan.selector, new Set(this.#parts.sources.kinds.keys()));
  }

  /** Told when plans were added, edited or removed in this process. @returns how to stop listening */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The plans of each source, by its id. */
  choose(sources: readonly Candidate[], plans: readonly StoredPlan[]): Map<string, readonly StoredPlan[]> {
    const { kinds } = this.#parts.sources;
    const known = this.#choosers.get(plans);
    const choose =
      known ?? planChooser(plans, ({ kind }) => kinds.get(kind)?.detectEnvironment !== undefined);
    if (known === undefined) this.#choosers.set(plans, choose);
    return choose(sources);
  }

  /** What a plan catches of what is known, whether or not it can be protected. */
  async sourcesOf(planId: string): Promise<readonly StoredSource[]> {
    return (await this.#sourcesByPlan()).get(planId) ?? [];
  }

  #sourcesByPlan(): Promise<ReadonlyMap<string, readonly StoredSource[]>> {
    // The passes of a thousand plans that are due together ask together: one look answers them all. Who asks after it
    // has begun gets a look of its own, which sees what was stored until then.
    this.#choosing ??= setImmediate().then(() => {
      this.#choosing = undefined;
      return this.#look();
    });
    return this.#choosing;
  }

  async #look(): Promise<ReadonlyMap<string, readonly StoredSource[]>> {
    const [sources, plans] = await Promise.all([this.#parts.sources.all(), this.all()]);
    const chosen = this.choose(sources, plans);
    const byPlan = new Map<string, StoredSource[]>(plans.map(({ id }) => [id, []]));
    for (const source of sources) {
      for (const { id } of chosen.get(source.id) ?? []) byPlan.get(id)?.push(source);
    }
    return byPlan;
  }

  /** The default plan first, then by name. */
  async page({ limit, cursor, coverage }: PlanFilter): Promise<{ items: Plan[]; next?: string }> {
    const found = await this.#parts.store.page({ after: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    const caught = coverage ? await this.#sourcesByPlan() : undefined;
    return {
      items: (await this.views(page)).map((view) => ({
        ...view,
        catches: caught?.get(view.id)?.filter(({ present }) => present).length,
      })),
      next: found.length > limit ? page.at(-1)?.name : undefined,
    };
  }

  async views(plans: readonly StoredPlan[]): Promise<Plan[]> {
    const { destinations, operations, clock } = this.#parts;
    const names = new Map((await destinations.list()).map(({ id, name }) => [id, name]));
    const running = await operations.unfinishedPlans();
    return plans.map((plan) => {
      const schedule = scheduleOf(plan);
      const next = plan.enabled ? nextDue(schedule, clock.now()) : undefined;
      return {
        id: plan.id,
        name: plan.name,
        selector: plan.selector,
        schedule: plan.schedule,
        cron: schedule.cron,
        words: cronInWords(schedule.cron),
        timeZone: plan.timeZone,
        destinations: plan.destinationIds.map((id) => names.get(id) ?? id),
        retention: plan.retention,
        jitterSeconds: plan.jitterSeconds,
        enabled: plan.enabled,
        consistency: plan.consistency,
        isDefault: plan.isDefault,
        followsSettings: plan.isDefault && !plan.edited,
        createdAt: plan.createdAt,
        updatedAt: plan.updatedAt,
        nextRun: next?.toISOString(),
        lastDue: plan.lastDue,
        running: running.has(plan.id),
      };
    });
  }

  async view(plan: StoredPlan): Promise<Plan> {
    const [view] = await this.views([plan]);
    if (view === undefined) throw new HoldfastError('internal', 'The plan was not shown.');
    return view;
  }

  async #destinationIds(names: readonly string[]): Promise<string[]> {
    const found = await Promise.all(names.map((name) => this.#parts.destinations.get(name)));
    return [...new Set(found.map(({ id }) => id))];
  }

  /** What was due by another schedule, or while it was paused, is not made up for. */
  async #replace(before: StoredPlan, after: StoredPlan): Promise<void> {
    const { store, clock } = this.#parts;
    const anew =
      JSON.stringify(scheduleOf(before)) !== JSON.stringify(scheduleOf(after)) ||
      (after.enabled && !before.enabled);
    const asksElse = (['destinationIds', 'selector'] as const).some(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    const since = anew || asksElse ? instant(clock) : before.since;
    if (!(await store.update({ ...after, since }))) throw nameTaken(after.name);
    if (anew) await store.restart(after.id, since);
    this.changed();
  }

  /** Tells who listens that plans were changed, also by a transaction that this service had no part in. */
  changed(): void {
    this.#parts.store.changed();
    for (const listener of this.#listeners) listener();
  }
}

function nameTaken(name: string): HoldfastError {
  return new HoldfastError('conflict', `There is a plan named ${name} already.`);
}
