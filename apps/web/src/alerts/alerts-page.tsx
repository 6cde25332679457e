import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Page } from '../ui/page.tsx';
import { AlertHistory } from './alert-history.tsx';
import { OpenAlerts } from './open-alerts.tsx';

/** What needs somebody, and what did. */
export function AlertsPage() {
  const [shown, setShown] = useState<'open' | 'all'>('open');
  return (
    <Page
      title="Alerts"
      description="What needs somebody. An alert closes by itself once what it is about is well again."
      actions={
        <SegmentedControl
          aria-label="Which are shown"
          value={shown}
          onChange={(value) => setShown(value === 'all' ? 'all' : 'open')}
          data={[
            { value: 'open', label: 'Open' },
            { value: 'all', label: 'History' },
          ]}
        />
      }
    >
      {shown === 'open' ? <OpenAlerts /> : <AlertHistory />}
    </Page>
  );
}
