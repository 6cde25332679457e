import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { askAhead } from './api/ask-ahead.ts';
import { onceReachable } from './api/once-reachable.ts';
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
  component: lazyRouteComponent(
    onceReachable(() => import('./settings/settings-layout.tsx')),
    'SettingsLayout',
  ),
});

/** Each page is loaded when somebody goes there. */
const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    loader: askAhead(async (client) => {
      const { overviewQuery } = await import('./overview/overview.queries.ts');
      await client.prefetchQuery(overviewQuery);
    }),
    component: lazyRouteComponent(
      onceReachable(() => import('./overview/overview-page.tsx')),
      'OverviewPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/welcome',
    component: lazyRouteComponent(
      onceReachable(() => import('./welcome/welcome-page.tsx')),
      'WelcomePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/alerts',
    component: lazyRouteComponent(
      onceReachable(() => import('./alerts/alerts-page.tsx')),
      'AlertsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/environments',
    loader: askAhead(async (client) => {
      const { environmentsQuery } = await import('./environments/environments.queries.ts');
      await client.prefetchInfiniteQuery(environmentsQuery(undefined));
    }),
    component: lazyRouteComponent(
      onceReachable(() => import('./environments/environments-page.tsx')),
      'EnvironmentsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/environments/$name',
    component: lazyRouteComponent(
      onceReachable(() => import('./environments/environment-page.tsx')),
      'EnvironmentPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources',
    loader: askAhead(async (client) => {
      const { sourcesQuery } = await import('./sources/sources.queries.ts');
      await client.prefetchInfiniteQuery(sourcesQuery({}));
    }),
    component: lazyRouteComponent(
      onceReachable(() => import('./sources/sources-page.tsx')),
      'SourcesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/sources/$id',
    component: lazyRouteComponent(
      onceReachable(() => import('./sources/source-page.tsx')),
      'SourcePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/recovery-points',
    validateSearch: parsePointsSearch,
    component: lazyRouteComponent(
      onceReachable(() => import('./recovery-points/recovery-points-page.tsx')),
      'RecoveryPointsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/recovery-points/$id',
    component: lazyRouteComponent(
      onceReachable(() => import('./recovery-points/recovery-point-page.tsx')),
      'RecoveryPointPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/snapshots/$id',
    component: lazyRouteComponent(
      onceReachable(() => import('./snapshots/snapshot-page.tsx')),
      'SnapshotPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/snapshots/$id/files',
    validateSearch: parseFilesSearch,
    component: lazyRouteComponent(
      onceReachable(() => import('./snapshots/snapshot-files-page.tsx')),
      'SnapshotFilesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/restore',
    validateSearch: parseRestoreSearch,
    component: lazyRouteComponent(
      onceReachable(() => import('./restore/restore-page.tsx')),
      'RestorePage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations',
    loader: askAhead(async (client) => {
      const { operationsQuery } = await import('./operations/operations.queries.ts');
      await client.prefetchInfiniteQuery(operationsQuery({}));
    }),
    component: lazyRouteComponent(
      onceReachable(() => import('./operations/operations-page.tsx')),
      'OperationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/operations/$id',
    component: lazyRouteComponent(
      onceReachable(() => import('./operations/operation-page.tsx')),
      'OperationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans',
    component: lazyRouteComponent(
      onceReachable(() => import('./plans/plans-page.tsx')),
      'PlansPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans/new',
    component: lazyRouteComponent(
      onceReachable(() => import('./plans/new-plan-page.tsx')),
      'NewPlanPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/plans/$id',
    component: lazyRouteComponent(
      onceReachable(() => import('./plans/plan-page.tsx')),
      'PlanPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/destinations',
    component: lazyRouteComponent(
      onceReachable(() => import('./destinations/destinations-page.tsx')),
      'DestinationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/destinations/new',
    validateSearch: z.object({ from: z.literal('welcome').optional().catch(undefined) }),
    component: lazyRouteComponent(
      onceReachable(() => import('./destinations/new-destination-page.tsx')),
      'NewDestinationPage',
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/admin-snapshots',
    validateSearch: z.object({ restore: z.uuid().optional().catch(undefined) }),
    component: lazyRouteComponent(
      onceReachable(() => import('./admin-snapshots/admin-snapshots-page.tsx')),
      'AdminSnapshotsPage',
    ),
  }),
  settings.addChildren([
    createRoute({
      getParentRoute: () => settings,
      path: '/settings',
      component: lazyRouteComponent(
        onceReachable(() => import('./settings/settings-layout.tsx')),
        'SettingsStart',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/account',
      component: lazyRouteComponent(
        onceReachable(() => import('./account/account-page.tsx')),
        'AccountPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/team',
      component: lazyRouteComponent(
        onceReachable(() => import('./people/team-page.tsx')),
        'TeamPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/tokens',
      component: lazyRouteComponent(
        onceReachable(() => import('./tokens/tokens-page.tsx')),
        'TokensPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/key',
      component: lazyRouteComponent(
        onceReachable(() => import('./keys/key-page.tsx')),
        'KeyPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/notifications',
      component: lazyRouteComponent(
        onceReachable(() => import('./channels/channels-page.tsx')),
        'ChannelsPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/audit',
      component: lazyRouteComponent(
        onceReachable(() => import('./audit/audit-page.tsx')),
        'AuditPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/configuration',
      component: lazyRouteComponent(
        onceReachable(() => import('./configuration/configuration-page.tsx')),
        'ConfigurationPage',
      ),
    }),
    createRoute({
      getParentRoute: () => settings,
      path: '/settings/about',
      component: lazyRouteComponent(
        onceReachable(() => import('./doctor/about-page.tsx')),
        'AboutPage',
      ),
    }),
  ]),
  // The way in has these addresses; who is in already has nothing to do there.
  createRoute({ getParentRoute: () => root, path: '/sign-in', component: GoToOverview }),
  createRoute({ getParentRoute: () => root, path: '/invitation', component: GoToOverview }),
]);

export const router = createRouter({
  routeTree,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
