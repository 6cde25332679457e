import type { ButtonProps } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useMay } from '../session/use-may.ts';
import { ButtonLink } from './link.tsx';

interface RestoreButtonProps extends ButtonProps {
  /** What the restore begins with. */
  readonly search: {
    readonly source?: string;
    readonly environment?: string;
    readonly snapshot?: string;
  };
}

/** Goes to where a restore is chosen, looked at and confirmed. Not there for who may not. */
export function RestoreButton({ search, children, ...rest }: RestoreButtonProps) {
  const may = useMay();
  if (!may('operator')) return null;
  return (
    <ButtonLink
      to="/restore"
      search={search}
      variant="default"
      leftSection={<IconRestore size={16} />}
      {...rest}
    >
      {children}
    </ButtonLink>
  );
}
