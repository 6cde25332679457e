import type { Role } from '@holdfast/contracts';
import { Badge } from '@mantine/core';

export function RoleBadge({ role }: { readonly role: Role }) {
  return (
    <Badge variant={role === 'owner' ? 'filled' : 'light'} miw="max-content">
      {role}
    </Badge>
  );
}
