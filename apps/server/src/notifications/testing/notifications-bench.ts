import { randomBytes } from 'node:crypto';
import type { AddChannel, AlertCode } from '@holdfast/contracts';
import { AlertsService, type RaisedAlert } from '../../alerts/alerts.service.ts';
import { createAlertsStore } from '../../alerts/alerts.store.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { temporaryDatabase } from '../../testing/temporary-database.ts';
import { Vault } from '../../vault/vault.service.ts';
import { createVaultStore } from '../../vault/vault.store.ts';
import { createNotifications } from '../create-notifications.ts';

export const offsite = { kind: 'destination', id: 'd1', name: 'offsite' } as const;

export function backupFailed(name: string, fields: Partial<RaisedAlert> = {}): RaisedAlert {
  return {
    code: 'backup-failed',
    subject: { kind: 'source', id: `id-of-${name}`, name },
    message: `The backup of ${name} failed.`,
    hint: 'Look at it.',
    ...fields,
  };
}

/** Channels, alerts and a dispatcher on a real database, with a clock that can be moved. */
export async function startNotifications(sendTimeoutMs = 10_000) {
  const { database, file } = await temporaryDatabase();
  const clock = createFakeClock();
  const masterKey = randomBytes(32);
  const logged: string[] = [];
  const alerts = new AlertsService(createAlertsStore(database), clock);
  const environments: { id: string; environment: string }[] = [];
  /** As a restart makes it: everything anew, from what is stored. */
  const restart = () =>
    createNotifications(
      {
        database,
        vault: new Vault(createVaultStore(database), masterKey, clock),
        alerts,
        sources: { all: async () => environments },
        repositories: { all: async () => [] },
        clock,
        log: (_level, message, error) => logged.push(`${message} ${String(error ?? '')}`),
      },
      { sendTimeoutMs },
    );
  const { channels, dispatcher } = restart();

  const addWebhook = (url: string, fields: Partial<AddChannel> = {}) =>
    channels.add({
      name: 'hook',
      kind: 'webhook',
      settings: { url, signingSecret: 'a-signing-secret-of-some-length' },
      enabled: true,
      minSeverity: 'info',
      windowSeconds: 60,
      ...fields,
    });
  const isOpen = async (code: AlertCode) => (await alerts.list('open')).some((alert) => alert.code === code);
  return {
    database,
    file,
    clock,
    logged,
    alerts,
    channels,
    dispatcher,
    environments,
    restart,
    addWebhook,
    isOpen,
  };
}
