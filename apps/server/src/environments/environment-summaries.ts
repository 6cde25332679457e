import type { Environment, EnvironmentFilter, EnvironmentSummary } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { EnvironmentQuery } from '../sources/environment-sums.ts';
import type { SourcesService } from '../sources/sources.service.ts';

/** How well each environment is guarded: sums of its sources, and what open alerts say of it. */
export class EnvironmentSummaries {
  readonly #sources: SourcesService;
  readonly #alerts: AlertsService;

  constructor(parts: { readonly sources: SourcesService; readonly alerts: AlertsService }) {
    this.#sources = parts.sources;
    this.#alerts = parts.alerts;
  }

  /** By name; all of them unless a limit is given. */
  async list(query: EnvironmentQuery = {}): Promise<EnvironmentSummary[]> {
    const [sums, concerns] = await Promise.all([this.#sources.environments(query), this.#concerns()]);
    return sums.map(({ backedUp, oldestSuccess, newestProof, ...sum }) => {
      const concern = concerns.get(sum.name);
      return {
        name: sum.name,
        sources: sum.sources,
        protected: sum.protected,
        unprotected: sum.unprotected,
        // One that was never backed up leaves the environment without a backup to go back to.
        lastBackup: backedUp === sum.protected ? oldestSuccess : undefined,
        lastProven: newestProof,
        recoveryMs: sum.recoveryMs,
        overdue: concern?.overdue ?? false,
        suspicious: concern?.suspicious ?? 0,
      };
    });
  }

  async page({ search, limit, cursor }: EnvironmentFilter): Promise<{ items: Environment[]; next?: string }> {
    const found = await this.list({ search, after: cursor, limit: limit + 1 });
    const page = found.slice(0, limit);
    return {
      items: await this.#withMembers(page),
      next: found.length > limit ? page.at(-1)?.name : undefined,
    };
  }

  /** @throws HoldfastError `not-found` where nothing of it is there */
  async get(name: string): Promise<Environment> {
    const [environment] = await this.#withMembers(await this.list({ name }));
    if (environment !== undefined) return environment;
    throw new HoldfastError('not-found', `There is no environment ${JSON.stringify(name)}.`, {
      hint: 'Nothing of it is there now. What was backed up of it can still be restored.',
    });
  }

  async #withMembers(summaries: readonly EnvironmentSummary[]): Promise<Environment[]> {
    const members = await this.#sources.environmentMembers(summaries.map(({ name }) => name));
    return summaries.map((summary) => ({ ...summary, members: members.get(summary.name) ?? [] }));
  }

  /** What open alerts say, by the name of the environment. */
  async #concerns(): Promise<Map<string, { overdue: boolean; suspicious: number }>> {
    const open = await this.#alerts.openSubjects(['backup-overdue', 'snapshot-suspicious']);
    const ids = open.flatMap(({ kind, id }) => (kind === 'source' ? [id] : []));
    const environments = await this.#sources.environmentsOf(ids);
    const concerns = new Map<string, { overdue: boolean; suspicious: number }>();
    for (const { code, kind, id } of open) {
      const name = kind === 'environment' ? id : environments.get(id);
      if (name === undefined) continue;
      const { overdue, suspicious } = concerns.get(name) ?? { overdue: false, suspicious: 0 };
      concerns.set(name, {
        overdue: overdue || code === 'backup-overdue',
        suspicious: suspicious + (code === 'snapshot-suspicious' ? 1 : 0),
      });
    }
    return concerns;
  }
}
