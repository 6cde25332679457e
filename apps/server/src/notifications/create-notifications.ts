import type { Alert } from '@holdfast/contracts';
import type { AlertsService } from '../alerts/alerts.service.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { SecretKeeper, Vault } from '../vault/vault.service.ts';
import { ChannelsService } from './channels.service.ts';
import { createChannelsStore } from './channels.store.ts';
import { Dispatcher, type EnvironmentOf } from './dispatcher.ts';
import { createOutboxStore } from './outbox.store.ts';
import { channelKinds } from './registry.ts';

const sendTimeoutMs = 20_000;

export interface NotificationsParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly alerts: AlertsService;
  readonly sources: { all(): Promise<readonly { id: string; environment: string }[]> };
  readonly repositories: { all(): Promise<readonly { id: string; sourceId: string }[]> };
  readonly clock: Clock;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, error?: unknown) => void;
}

/** Joins what carries alerts to people. */
export function createNotifications(
  { database, vault, alerts, sources, repositories, clock, log }: NotificationsParts,
  timings: { sendTimeoutMs?: number } = {},
) {
  const outbox = createOutboxStore(database);
  const channels = new ChannelsService({
    store: createChannelsStore(database),
    outbox,
    vault,
    alerts,
    kinds: channelKinds,
    clock,
    sendTimeoutMs: timings.sendTimeoutMs ?? sendTimeoutMs,
  });
  const dispatcher = new Dispatcher({
    alerts,
    channels,
    outbox,
    environments: async () => environmentsFrom(await sources.all(), await repositories.all()),
    clock,
    random: Math.random,
    log,
  });
  return { channels, dispatcher };
}

/** The channels inside a transaction. Alerts that are over with it are closed by `settle`, once it is through. */
export function channelsWithin(
  transaction: Database,
  { vault, alerts, clock }: { vault: SecretKeeper; alerts: AlertsService; clock: Clock },
) {
  const over: Parameters<AlertsService['resolve']>[] = [];
  const channels = new ChannelsService({
    store: createChannelsStore(transaction),
    outbox: createOutboxStore(transaction),
    vault,
    alerts: { resolve: async (...about) => void over.push(about) },
    kinds: channelKinds,
    clock,
    sendTimeoutMs,
  });
  const settle = async () => {
    for (const about of over) await alerts.resolve(...about);
  };
  return { channels, settle };
}

/** By the subject of an alert; those that are about no environment concern all. */
function environmentsFrom(
  sources: readonly { id: string; environment: string }[],
  repositories: readonly { id: string; sourceId: string }[],
): EnvironmentOf {
  const ofSource = new Map(sources.map(({ id, environment }) => [id, environment]));
  const sourceOf = new Map(repositories.map(({ id, sourceId }) => [id, sourceId]));
  return ({ subject: { kind, id } }: Alert) => {
    if (kind === 'environment') return id;
    if (kind === 'repository') return ofSource.get(sourceOf.get(id) ?? '');
    return kind === 'source' ? ofSource.get(id) : undefined;
  };
}
