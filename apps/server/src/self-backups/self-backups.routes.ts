import {
  createAdminSnapshotSchema,
  operationSchema,
  restoreAdminSnapshotSchema,
  selfBackupListSchema,
} from '@holdfast/contracts';
import type { BackupsService } from '../backups/backups.service.ts';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { RestoresService } from '../restores/restores.service.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import type { SourcesService } from '../sources/sources.service.ts';
import type { SelfBackupsService } from './self-backups.service.ts';
import type { SelfRestoresService } from './self-restores.service.ts';

const snapshotUri = /^holdfast:snapshot\/(.+)$/;

export interface SelfBackupRouteParts {
  readonly selfBackups: SelfBackupsService;
  readonly selfRestores: SelfRestoresService;
  readonly backups: BackupsService;
  readonly restores: RestoresService;
  readonly snapshots: SnapshotsService;
  readonly sources: SourcesService;
  readonly operations: OperationsService;
}

export function addSelfBackupRoutes(app: HttpApp, parts: SelfBackupRouteParts): void {
  const { selfBackups, selfRestores, backups, restores, snapshots, sources, operations } = parts;

  app.get(
    '/v1/admin/snapshots',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'listSelfBackups',
        summary: 'Backups of Holdfast itself.',
        tags: ['self-backups'],
        response: { 200: selfBackupListSchema },
      },
    },
    () => selfBackups.list(),
  );

  app.post(
    '/v1/admin/snapshots/create',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'createAdminSnapshot',
        summary: 'Backs up Holdfast itself, or one source.',
        tags: ['self-backups'],
        problems: ['not-found', 'ambiguous', 'conflict'],
        body: createAdminSnapshotSchema,
        response: { 202: operationSchema },
      },
    },
    async ({ body: { database, destination } }, reply) => {
      const started =
        database === 'main'
          ? await selfBackups.start({ destination })
          : await backups.start({ names: [database], all: false, destination });
      return reply.status(202).send(await operations.view(started));
    },
  );

  app.post(
    '/v1/admin/snapshots/restore',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'restoreAdminSnapshot',
        summary: 'Restores Holdfast itself or one source, by the address of a backup.',
        tags: ['self-backups'],
        problems: [
          'not-found',
          'ambiguous',
          'conflict',
          'confirmation-required',
          'source-not-protected',
          ...problemsNamed('self-'),
        ],
        body: restoreAdminSnapshotSchema,
        response: { 202: operationSchema },
      },
    },
    async ({ body, principal }, reply) => {
      const id = snapshotUri.exec(body.uri)?.[1];
      const started =
        id === undefined
          ? await selfRestores.start(body, principal?.kind === 'host')
          : await restoreSource(id, body.confirmation);
      return reply.status(202).send(await operations.view(started));
    },
  );

  async function restoreSource(id: string, confirmation?: string) {
    const snapshot = await snapshots.get(id);
    const source = await sources.get(snapshot.sourceId);
    return restores.start({
      source: source.id,
      snapshot: snapshot.id,
      mode: 'swap',
      // Whoever enters the address of one snapshot has named what is to be restored.
      confirmation: confirmation ?? source.name,
    });
  }
}
