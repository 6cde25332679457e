import { Card, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { stringify } from 'yaml';
import { CopyField } from '../ui/copy-field.tsx';
import { DownloadButton } from '../ui/download-button.tsx';
import { Page } from '../ui/page.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { ApplyDocument } from './apply-document.tsx';
import { configurationQuery } from './configuration.queries.ts';

/** What people configured, as one document: to be kept with code, and brought about from there. */
export function ConfigurationPage() {
  const { data: document, error, refetch } = useQuery(configurationQuery);
  const text =
    document === undefined ? '' : stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
  return (
    <Page
      title="Configuration"
      description="Destinations, declared sources, plans and notification channels as one file. Secrets are not in it."
    >
      {document === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failed error={error} retry={() => void refetch()} />
        )
      ) : (
        <Stack>
          <Card withBorder padding="lg">
            <Stack gap="sm">
              <div>
                <Title order={2} size="h4">
                  As it is now
                </Title>
                <Text size="sm" c="dimmed">
                  The same as: holdfast export
                </Text>
              </div>
              <CopyField label="holdfast.yaml" value={text} maxRows={18}>
                <DownloadButton name="holdfast.yaml" text={text}>
                  Save as a file
                </DownloadButton>
              </CopyField>
            </Stack>
          </Card>
          <ApplyDocument />
        </Stack>
      )}
    </Page>
  );
}
