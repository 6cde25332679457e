import type { Role } from '@holdfast/contracts';
import {
  IconBell,
  IconFileText,
  IconInfoCircle,
  IconKey,
  IconLicense,
  IconTerminal2,
  IconUser,
  IconUsers,
} from '@tabler/icons-react';

/** The pages of the settings, each with the least role that may see it. */
export const sections = [
  { to: '/settings/account', label: 'Your account', icon: IconUser, role: 'viewer' },
  { to: '/settings/team', label: 'Team', icon: IconUsers, role: 'admin' },
  { to: '/settings/tokens', label: 'API tokens', icon: IconTerminal2, role: 'viewer' },
  { to: '/settings/key', label: 'Team key', icon: IconKey, role: 'viewer' },
  { to: '/settings/notifications', label: 'Notifications', icon: IconBell, role: 'operator' },
  { to: '/settings/audit', label: 'Audit log', icon: IconLicense, role: 'admin' },
  { to: '/settings/configuration', label: 'Configuration', icon: IconFileText, role: 'admin' },
  { to: '/settings/about', label: 'About', icon: IconInfoCircle, role: 'viewer' },
] as const satisfies readonly { to: string; role: Role; label: string; icon: unknown }[];
