import type { Environment, EnvironmentFilter, EnvironmentSummary } from '@holdfast/contracts';
import type { AlertsService } from '../alerts/alerts.service.ts';
import { type SourcesService, toSource } from '../sources/sources.service.ts';

/** How well each environment is guarded: sums of its sources, and what open alerts say of it. */
export class EnvironmentSummaries {
  readonly #sources: SourcesService;
  readonly #alerts: AlertsService;

  constructor(parts: { readonly sources: SourcesService; readonly alerts: AlertsService }) {
    this.#sources = parts.sources;
    this.#alerts = parts.alerts;
  }

  /** By name; all of them unless a limit is given. */
  async list(query: { search?: string; after?: string; limit?: number } = {}): Promise<EnvironmentSummary[]> {
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
    const members = await this.#sources.membersOf(page.map(({ name }) => name));
    const byEnvironment = Map.groupBy(members, ({ environment }) => environment);
    return {
      items: page.map((summary) => ({
        ...summary,
        members: (byEnvironment.get(summary.name) ?? []).map(toSource),
      })),
      next: found.length > limit ? page.at(-1)?.name : undefined,
    };
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
