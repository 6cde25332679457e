import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parsePointsSearch } from './recovery-points/points-search.ts';
import { parseRestoreSearch } from './restore/restore-search.ts';
import { Root } from './session/root.tsx';
import { parseFilesSearch } from './snapshots/files-search.ts';
import { Failed } from './ui/states.tsx';

const root = createRootRoute({ component: Root, errorComponent: ({ error }) => <Failed error={error} /> });

/** Each page is loaded when somebody goes there. */
const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/',
    component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
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
