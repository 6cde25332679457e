import { Box, NavLink, Text } from '@mantine/core';
import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useMay } from '../session/use-may.ts';
import classes from './settings-layout.module.css';
import { sections } from './settings-sections.ts';

/** The settings: what there is at the left, one page of it beside. */
export function SettingsLayout() {
  const may = useMay();
  const { pathname } = useLocation();
  return (
    <div className={classes.layout}>
      <Box component="nav" aria-label="Settings" className={classes.list ?? ''}>
        <Text size="xs" fw={600} c="dimmed" px="sm" pb={4} visibleFrom="md">
          Settings
        </Text>
        {sections
          .filter(({ role }) => may(role))
          .map(({ to, label, icon: Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={16} stroke={1.7} />}
              active={pathname === to}
              aria-current={pathname === to ? 'page' : undefined}
              className={classes.link ?? ''}
            />
          ))}
      </Box>
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  );
}

/** Where `/settings` itself leads. */
export function SettingsStart() {
  const may = useMay();
  return <Navigate to={may('admin') ? '/settings/team' : '/settings/account'} replace />;
}
