import { Button, Card, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';

/** The recovery kit: what to type to get everything back with restic alone. */
export function KitCard({ confirmed }: { readonly confirmed: boolean }) {
  const [withKey, setWithKey] = useState(false);
  const address = (format: 'html' | 'text') =>
    `/v1/key/kit-page?format=${format}${withKey && !confirmed ? '&key=true' : ''}`;
  return (
    <Card withBorder padding="lg">
      <Stack>
        <div>
          <Title order={2} size="h4">
            Recovery kit
          </Title>
          <Text size="sm" c="dimmed">
            One page with every repository and the commands that get the data back on any machine. Print it
            again when a source or a destination was added, or the key has changed.
          </Text>
        </div>
        {confirmed ? (
          <Text size="sm">
            It has a line to write the key on. With the key on it, it is printed on the server itself:
            holdfast key show-kit
          </Text>
        ) : (
          <Checkbox
            label="With the key on it"
            description="Whoever finds the page then reads every backup that they can reach"
            checked={withKey}
            onChange={(event) => setWithKey(event.currentTarget.checked)}
          />
        )}
        <Group>
          <Button
            component="a"
            href={address('html')}
            target="_blank"
            rel="noopener"
            variant="default"
            leftSection={<IconPrinter size={16} />}
          >
            Open the page to print
          </Button>
          <Button
            component="a"
            href={address('text')}
            download="holdfast-recovery-kit.txt"
            variant="default"
            leftSection={<IconDownload size={16} />}
          >
            Save as text
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
