import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { z } from 'zod';
import { Root } from './session/root.tsx';
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
    path: '/welcome',
    component: lazyRouteComponent(() => import('./welcome/welcome-page.tsx'), 'WelcomePage'),
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
    path: '/snapshots',
    validateSearch: z.object({ restore: z.uuid().optional().catch(undefined) }),
    component: lazyRouteComponent(
      () => import('./admin-snapshots/admin-snapshots-page.tsx'),
      'AdminSnapshotsPage',
    ),
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
