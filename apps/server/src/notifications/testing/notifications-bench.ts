import type { AddChannel, AlertCode } from '@holdfast/contracts';
import type { RaisedAlert } from '../../alerts/alerts.service.ts';
import { createTestApp } from '../../testing/test-app.ts';
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
  const { app, database, clock, logged, log } = await createTestApp();
  const { alerts, vault } = app;
  const environments: { id: string; environment: string }[] = [];
  /** As a restart makes it: everything anew, from what is stored. */
  const restart = () =>
    createNotifications(
      {
        database,
        vault,
        alerts,
        sources: { all: () => Promise.resolve(environments) },
        repositories: { all: () => Promise.resolve([]) },
        clock,
        log,
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
  return { clock, logged, alerts, channels, dispatcher, environments, restart, addWebhook, isOpen };
}
