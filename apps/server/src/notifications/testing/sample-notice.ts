import type { Alert, Notice } from '@holdfast/contracts';
import { composeNotice } from '../notice.rules.ts';

/** A name that tries everything at once: lines, headers, mentions, markup, links, other directions of writing. */
export const hostileName =
  '@everyone <!channel> <@U123>\r\nBcc: spy@example.org\r\n\r\n<script>alert(1)</script> [x](https://evil.example) *b* `c` \u202Eexe';

export function sampleAlert(fields: Partial<Alert> = {}): Alert {
  return {
    id: '019aab54-7c1e-7d2b-9d3f-0a1b2c3d4e5f',
    code: 'backup-failed',
    severity: 'critical',
    state: 'open',
    subject: { kind: 'source', id: 's1', name: 'shop-db' },
    message: 'The backup of shop-db failed.',
    hint: 'Look at it.',
    since: '2026-11-22T10:00:00.000Z',
    lastSeen: '2026-11-22T10:00:00.000Z',
    occurrences: 1,
    ...fields,
  };
}

export function sampleNotice(alert: Partial<Alert> = {}): Notice {
  const time = '2026-11-22T10:01:00.000Z';
  return composeNotice('019aab55-0000-7000-8000-000000000001', time, [
    { state: 'raised', alert: sampleAlert(alert) },
  ]);
}

export function hostileNotice(): Notice {
  return sampleNotice({
    subject: { kind: 'source', id: 's1', name: hostileName },
    message: `The backup of ${hostileName} failed.`,
    hint: hostileName,
  });
}
