import { type Role, roles } from '@holdfast/contracts';
import { Radio, Stack } from '@mantine/core';

/** What each role adds to the one before it. */
const words: Record<Role, string> = {
  viewer: 'Sees everything, changes nothing.',
  operator: 'Also backs up, restores, runs drills, and acknowledges alerts.',
  admin: 'Also changes plans, destinations, sources and notifications, and invites people.',
  owner: 'Also has the team key, and decides about people.',
};

interface RoleFieldProps {
  readonly label: string;
  readonly value: Role;
  readonly onChange: (role: Role) => void;
  /** The roles to choose from; every one, unless it is said. */
  readonly among?: readonly Role[];
}

/** A role, chosen by what it allows. */
export function RoleField({ label, value, onChange, among = roles }: RoleFieldProps) {
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(chosen) => onChange(among.find((role) => role === chosen) ?? value)}
    >
      <Stack gap="xs" pt={6}>
        {among.map((role) => (
          <Radio key={role} value={role} label={role} description={words[role]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
