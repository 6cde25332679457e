import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../session/use-may.ts';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { ChangeKey } from './change-key.tsx';
import { ConfirmKey } from './confirm-key.tsx';
import { KeyStatusCard } from './key-status-card.tsx';
import { keyStatusQuery } from './keys.queries.ts';
import { KitCard } from './kit-card.tsx';

/** The key without which no backup can be read: that somebody keeps it, the kit to keep, and a new one. */
export function KeyPage() {
  const may = useMay();
  const { data: status, error, refetch } = useQuery(keyStatusQuery);
  return (
    <Page
      title="Team key"
      description="The one password of every repository. Whoever has it and the storage gets everything back, without Holdfast; without it, nobody does."
    >
      {status === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <Stack>
          <KeyStatusCard status={status} />
          {may('owner') && status.state === 'unconfirmed' && <ConfirmKey />}
          {may('owner') && status.state !== 'missing' && <KitCard confirmed={status.state === 'confirmed'} />}
          {may('owner') && <ChangeKey status={status} />}
        </Stack>
      )}
    </Page>
  );
}
