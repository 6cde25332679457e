import {
  IconArchive,
  IconCalendarTime,
  IconCamera,
  IconDatabase,
  IconHistory,
  IconHome2,
  IconListDetails,
  IconSettings,
  IconStack2,
} from '@tabler/icons-react';

/** The pages, in the order in which a person asks: is all well, what is there, how do I get it back, who does it. */
export const navigation = [
  { to: '/', label: 'Overview', icon: IconHome2 },
  { to: '/environments', label: 'Environments', icon: IconStack2 },
  { to: '/sources', label: 'Sources', icon: IconDatabase },
  { to: '/recovery-points', label: 'Recovery points', icon: IconHistory },
  { to: '/operations', label: 'Operations', icon: IconListDetails },
  { to: '/plans', label: 'Plans', icon: IconCalendarTime },
  { to: '/destinations', label: 'Destinations', icon: IconArchive },
  { to: '/admin-snapshots', label: 'Admin snapshots', icon: IconCamera },
  { to: '/settings', label: 'Settings', icon: IconSettings },
] as const;
