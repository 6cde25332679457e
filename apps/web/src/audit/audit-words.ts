import type { AuditEntry } from '@holdfast/contracts';

/** What a request was for, where its route does not say it well enough by itself. */
const words: Readonly<Record<string, string>> = {
  'POST /v1/session': 'Signed in',
  'DELETE /v1/session': 'Signed out',
  'GET /v1/oidc/callback': 'Signed in by the identity provider',
  'POST /v1/setup': 'Set Holdfast up',
  'POST /v1/password': 'Changed their password',
  'PATCH /v1/account': 'Changed their name',
  'POST /v1/totp': 'Began to set up a second factor',
  'POST /v1/totp/confirm': 'Set up a second factor',
  'POST /v1/totp/disable': 'Switched the second factor off',
  'POST /v1/people': 'Invited a person',
  'PATCH /v1/people/:id': 'Changed a person',
  'DELETE /v1/people/:id': 'Removed a person',
  'POST /v1/people/:id/reset-password': 'Reset a password',
  'POST /v1/invitations/accept': 'Chose a password by a one-time code',
  'POST /v1/tokens': 'Made an API token',
  'DELETE /v1/tokens/:id': 'Removed an API token',
  'DELETE /v1/sessions/:id': 'Signed a session out',
  'POST /v1/key/reveal': 'Looked at the team key',
  'POST /v1/key/confirm': 'Confirmed the team key',
  'POST /v1/key/adopt': 'Took the team key of an earlier Holdfast',
  'POST /v1/key/rotate': 'Rotated the team key',
  'POST /v1/key/rotate-master': 'Rotated the master key',
  'GET /v1/key/kit-page': 'Opened the recovery kit',
  'POST /v1/channels': 'Added a notification channel',
  'PATCH /v1/channels/:channel': 'Changed a notification channel',
  'DELETE /v1/channels/:channel': 'Removed a notification channel',
  'POST /v1/channels/:channel/test': 'Sent a test message',
  'POST /v1/alerts/:alert/acknowledge': 'Acknowledged an alert',
  'POST /v1/configuration/diff': 'Compared a configuration',
  'POST /v1/configuration/apply': 'Applied a configuration',
  'POST /v1/backups': 'Started a backup',
  'POST /v1/restores': 'Started a restore',
  'POST /v1/drills': 'Started a drill',
  'POST /v1/discovery': 'Looked for sources',
};

const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** In words; else the method and the route as it is declared. */
export function actionWords({ action }: AuditEntry): string {
  return words[action] ?? action;
}

/** Whom or what it was about. */
export function subjectWords({ subject }: AuditEntry): string {
  // A name says more than the id beside it.
  const named = Object.keys(subject).some((name) => name === 'name' || name === 'email');
  return Object.entries(subject)
    .filter(([, value]) => !named || !isId.test(value))
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
