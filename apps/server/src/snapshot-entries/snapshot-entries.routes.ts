import {
  pageSchema,
  snapshotDownloadSchema,
  snapshotEntriesFilterSchema,
  snapshotEntrySchema,
} from '@holdfast/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { SnapshotsService } from '../snapshots/snapshots.service.ts';
import { attachment } from './attachment.ts';
import type { SnapshotEntriesService } from './snapshot-entries.service.ts';

const params = z.object({ id: z.string().min(1) });

/** While somebody reads, nothing can be pruned: who takes nothing for so long is cut off. */
const longestStallMs = 5 * 60_000;

const problems = [
  'ambiguous',
  'cancelled',
  'engine-missing',
  'engine-failed',
  ...problemsNamed('repository-'),
  ...problemsNamed('destination-'),
] as const;

/** For operators: what lies in a backup may be secret, names of files among it. */
export function addSnapshotEntryRoutes(
  app: HttpApp,
  entries: SnapshotEntriesService,
  snapshots: SnapshotsService,
): void {
  app.get(
    '/v1/snapshots/:id/entries',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'listSnapshotEntries',
        summary: 'What lies in one folder of a snapshot, folders first, then by name.',
        tags: ['snapshots'],
        problems,
        params,
        querystring: snapshotEntriesFilterSchema,
        response: { 200: pageSchema(snapshotEntrySchema) },
      },
    },
    async (request, reply) => entries.list(request.params.id, request.query, untilGone(reply)),
  );

  app.get(
    '/v1/snapshots/:id/download',
    {
      // It changes nothing, but data that leaves a backup is worth an entry in the audit log.
      config: { access: 'operator', changes: true },
      // To answer HEAD it would read all of it.
      exposeHeadRoute: false,
      schema: {
        operationId: 'downloadSnapshotEntry',
        summary: 'A file or a dump of a snapshot as it was, a folder as a tar archive.',
        tags: ['snapshots'],
        problems: ['downloads-busy', ...problems],
        params,
        querystring: snapshotDownloadSchema,
        response: {
          200: {
            description: 'The content. A connection that breaks off means that it is not whole.',
            content: { 'application/octet-stream': { schema: z.string() } },
          },
        },
      },
    },
    async (request, reply) => {
      const { path } = request.query;
      request.about = { path: path.slice(0, 1000) };
      const snapshot = await snapshots.get(request.params.id);
      request.about = { ...request.about, id: snapshot.id, source: snapshot.sourceName };
      const { fileName, bytes, stream } = await entries.download(snapshot, path, untilGone(reply));
      reply.raw.setTimeout(longestStallMs, () => reply.raw.destroy());
      // As text, which the schema says, only a small answer could be sent.
      const answer: FastifyReply = reply;
      if (bytes !== undefined) void answer.header('content-length', bytes);
      return answer
        .header('content-disposition', attachment(fileName))
        .header('cache-control', 'no-store')
        .header('x-content-type-options', 'nosniff')
        .type('application/octet-stream')
        .send(stream);
    },
  );
}

/** Aborted when the client went away, or has its answer. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
