import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { parsePointsSearch } from './recovery-points/points-search.ts';
import { parseRestoreSearch } from './restore/restore-search.ts';
import { GoToOverview } from './session/go-to-overview.tsx';
import { Root } from './session/root.tsx';
import { parseFilesSearch } from './snapshots/files-search.ts';
import { Failed } from './ui/states.tsx';

const root = createRootRoute({ component: Root, errorComponent: ({ error }) => <Failed error={error} /> });

/** What all pages of the settings stand in. */
const settings = createRoute({
  getParentRoute: () => root,
  id: 'settings',
  component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsLayout'),
});

/** Each page is loaded when somebody goes there. */
const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/welcome',
    component: lazyRouteComponent(() => import('./welcome/welcome-page.tsx'), 'WelcomePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/alerts',
    component: lazyRouteComponent(() => import('./alerts/alerts-page.tsx'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/environments',
    component: lazyRouteComponent(() => import('./environments/environments-page.tsx'), 'EnvironmentsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/environments/$name',
    component: lazyRouteComponent(() => import('./environments/environment-page.tsx'), 'EnvironmentPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources',
    component: lazyRouteComponent(() => import('./sources/sources-page.tsx'), 'SourcesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$id',
    component: lazyRouteComponent(() => import('./sources/source-page.tsx'), 'SourcePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/recovery-points',
    validateSearch: parsePointsSearch,
    component: lazyRouteComponent(
      () => import('./recovery-points/recovery-points-page.tsx'),
      'RecoveryPointsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/recovery-points/$id',
    component: lazyRouteComponent(
      () => import('./recovery-points/recovery-point-page.tsx'),
      'RecoveryPointPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/snapshots/$id',
    component: lazyRouteComponent(() => import('./snapshots/snapshot-page.tsx'), 'SnapshotPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/snapshots/$id/files',
    validateSearch: parseFilesSearch,
    component: lazyRouteComponent(() => import('./snapshots/snapshot-files-page.tsx'), 'SnapshotFilesPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/restore',
    validateSearch: parseRestoreSearch,
    component: lazyRouteComponent(() => import('./restore/restore-page.tsx'), 'RestorePage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations',
    component: lazyRouteComponent(() => import('./operations/operations-page.tsx'), 'OperationsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations/$id',
    component: lazyRouteComponent(() => import('./operations/operation-page.tsx'), 'OperationPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans',
    component: lazyRouteComponent(() => import('./plans/plans-page.tsx'), 'PlansPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans/new',
    component: lazyRouteComponent(() => import('./plans/new-plan-page.tsx'), 'NewPlanPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans/$id',
    component: lazyRouteComponent(() => import('./plans/plan-page.tsx'), 'PlanPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/destinations',
    component: lazyRouteComponent(() => import('./destinations/destinations-page.tsx'), 'DestinationsPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/destinations/new',
    validateSearch: z.object({ from: z.literal('welcome').optional().catch(undefined) }),
    component: lazyRouteComponent(
      () => import('./destinations/new-destination-page.tsx'),
      'NewDestinationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin-snapshots',
    validateSearch: z.object({ restore: z.uuid().optional().catch(undefined) }),
    component: lazyRouteComponent(
      () => import('./admin-snapshots/admin-snapshots-page.tsx'),
      'AdminSnapshotsPage',
    ),
  }),
  settings.addChildren([
    createRoute({
      getParentRoute: () => settings,
      path: '/settings',
      component: lazyRouteComponent(() => import('./settings/settings-layout.tsx'), 'SettingsStart'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/account',
      component: lazyRouteComponent(() => import('./account/account-page.tsx'), 'AccountPage'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/team',
      component: lazyRouteComponent(() => import('./people/team-page.tsx'), 'TeamPage'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/tokens',
      component: lazyRouteComponent(() => import('./tokens/tokens-page.tsx'), 'TokensPage'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/key',
      component: lazyRouteComponent(() => import('./keys/key-page.tsx'), 'KeyPage'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/notifications',
      component: lazyRouteComponent(() => import('./channels/channels-page.tsx'), 'ChannelsPage'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/audit',
      component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/configuration',
      component: lazyRouteComponent(
        () => import('./configuration/configuration-page.tsx'),
        'ConfigurationPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/about',
      component: lazyRouteComponent(() => import('./doctor/about-page.tsx'), 'AboutPage'),
    }),
  ]),
  // The way in has these addresses; who is in already has nothing to do there.
  createRoute({ getParentRoute: () => root, path: '/sign-in', component: GoToOverview }),
  createRoute({ getParentRoute: () => root, path: '/invitation', component: GoToOverview }),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
