import { Card, Stack, Text, Title } from '@mantine/core';
import { KeepKey } from './keep-key.tsx';

/** For as long as nobody has proven that they keep the key. */
export function ConfirmKey() {
  return (
    <Card withBorder padding="lg">
      <Stack>
        <div>
          <Title order={2} size="h4">
            Keep the key
          </Title>
          <Text size="sm" c="dimmed">
            If this server burns, the key is what gets the data back. Put it where the server is not: into a
            password manager, or on paper. Then enter it from there; after that it is not shown any more.
          </Text>
        </div>
        <KeepKey />
      </Stack>
    </Card>
  );
}
