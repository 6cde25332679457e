import { Box, Center, Group, Paper, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { ColourSchemeSwitch } from '../ui/colour-scheme-switch.tsx';

interface EntranceProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** The frame of every way in. */
export function Entrance({ title, children }: EntranceProps) {
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  return (
    <Center mih="100vh" p="md" component="main">
      <Box w={440} maw="100%">
        <Group justify="space-between" mb="md">
          <Group gap="sm">
            <img src="/holdfast.svg" width={40} height={40} alt="" />
            <Title order={1} size="h2">
              Holdfast
            </Title>
          </Group>
          <ColourSchemeSwitch />
        </Group>
        <Paper withBorder p={{ base: 'lg', xs: 'xl' }} radius="lg">
          <Stack>
            <Title order={2} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Paper>
      </Box>
    </Center>
  );
}
