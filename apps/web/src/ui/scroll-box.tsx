import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

/** A long table inside a card: it scrolls by itself, also by keyboard. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Box role="region" aria-label={label} tabIndex={0} mah={320} style={{ overflow: 'auto' }}>
      {children}
    </Box>
  );
}
