import {
  adoptedKeySchema,
  adoptKeySchema,
  confirmKeySchema,
  keyStatusSchema,
  kitDocumentQuerySchema,
  kitDocumentSchema,
  kitPageQuerySchema,
  operationSchema,
  recoveryKitSchema,
  revealedKeySchema,
  rotateKeySchema,
} from '@holdfast/contracts';
import { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { OperationsService } from '../operations/operations.service.ts';
import type { KeyMonitor } from './key-monitor.ts';
import type { KeyRotation } from './key-rotation.service.ts';
import { type KeyParts, keyStatus } from './key-status.ts';
import { kitPage } from './kit-page.ts';
import { kitText } from './kit-text.ts';
import type { MasterKeyRotation } from './master-key-rotation.ts';
import { recoveryKit } from './recovery-kit.ts';

export interface KeyRouteParts extends KeyParts {
  readonly keyRotation: KeyRotation;
  readonly keyMonitor: KeyMonitor;
  readonly masterKeyRotation: MasterKeyRotation;
  readonly operations: OperationsService;
}

/**
 * Once it was confirmed, the team key leaves the vault only through the Unix socket, to the owner of the data
 * directory.
 */
export function addKeyRoutes(app: HttpApp, parts: KeyRouteParts, clock: Clock): void {
  const { teamKeys, keyRotation, keyMonitor, masterKeyRotation, operations } = parts;
  const kit = () => recoveryKit(parts, clock.now());

  app.get(
    '/v1/key',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'getKeyStatus',
        summary: 'How the team key stands: confirmed, rotating, and where it is used.',
        tags: ['keys'],
        problems: ['team-key-missing'],
        response: { 200: keyStatusSchema },
      },
    },
    () => keyStatus(parts),
  );

  app.post(
    '/v1/key/reveal',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'revealKey',
        summary: 'The team key, until it was confirmed.',
        tags: ['keys'],
        problems: ['team-key-missing', 'key-already-confirmed'],
        response: { 200: revealedKeySchema },
      },
    },
    async (_request, reply) => {
      const { id, password } = await teamKeys.reveal();
      return reply.header('cache-control', 'no-store').send({ id, key: password.reveal() });
    },
  );

  app.post(
    '/v1/key/confirm',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'confirmKey',
        summary: 'Says that somebody keeps the team key.',
        tags: ['keys'],
        problems: ['team-key-missing', 'key-wrong', 'key-attempts-exhausted'],
        body: confirmKeySchema,
        response: { 200: keyStatusSchema },
      },
    },
    async (request) => {
      await teamKeys.confirm(new Secret(request.body.key), request.principal?.name ?? '');
      await keyMonitor.check();
      return keyStatus(parts);
    },
  );

  app.post(
    '/v1/key/adopt',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'adoptKey',
        summary: 'Takes the team key of an earlier Holdfast.',
        tags: ['keys'],
        problems: ['team-key-missing', 'key-wrong', 'conflict', 'key-attempts-exhausted'],
        body: adoptKeySchema,
        response: { 200: adoptedKeySchema },
      },
    },
    async (request) => {
      const by = request.principal?.name ?? '';
      const rotation = await keyRotation.adopt(new Secret(request.body.password), by);
      await keyMonitor.check();
      const operation = rotation === undefined ? undefined : await operations.view(rotation);
      return { key: await keyStatus(parts), operation };
    },
  );

  app.post(
    '/v1/key/rotate',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'rotateKey',
        summary: 'Gives every repository a new team key.',
        tags: ['keys'],
        problems: ['team-key-missing', 'conflict'],
        body: rotateKeySchema,
        response: { 202: operationSchema },
      },
    },
    async (request, reply) => {
      const { key } = request.body;
      const by = request.principal?.name ?? '';
      const chosen = key === undefined ? undefined : { password: new Secret(key), by };
      return reply.status(202).send(await operations.view(await keyRotation.start(chosen)));
    },
  );

  app.post(
    '/v1/key/rotate-master',
    {
      config: { access: 'host' },
      schema: {
        operationId: 'rotateMasterKey',
        summary: 'Gives the vault a new master key.',
        tags: ['keys'],
        problems: ['master-key-not-ours', 'conflict'],
        response: { 202: operationSchema },
      },
    },
    async (_request, reply) => reply.status(202).send(await operations.view(await masterKeyRotation.start())),
  );

  app.get(
    '/v1/key/kit',
    {
      config: { access: 'host' },
      schema: {
        operationId: 'getRecoveryKit',
        summary: 'What a person keeps to restore without Holdfast.',
        tags: ['keys'],
        problems: ['team-key-missing'],
        response: { 200: recoveryKitSchema },
      },
    },
    () => kit(),
  );

  app.get(
    '/v1/key/kit-document',
    {
      config: { access: 'host' },
      schema: {
        operationId: 'getKitDocument',
        summary: 'The recovery kit as a page to print.',
        tags: ['keys'],
        problems: ['team-key-missing'],
        querystring: kitDocumentQuerySchema,
        response: { 200: kitDocumentSchema },
      },
    },
    async ({ query }) => {
      const render = query.format === 'html' ? kitPage : kitText;
      return { document: render(await kit(), { withKey: query.key }) };
    },
  );

  // The same for an owner who is not on the host: once the key was confirmed, with a line to write it on.
  app.get(
    '/v1/key/kit-page',
    {
      config: { access: 'owner', changes: true },
      schema: {
        operationId: 'getKitPage',
        summary: 'The recovery kit as a page, with a line to write the key on.',
        tags: ['keys'],
        problems: ['team-key-missing', 'key-already-confirmed'],
        querystring: kitPageQuerySchema,
        response: {
          200: {
            description: 'A page, or a text to keep.',
            content: { 'text/html': { schema: z.string() }, 'text/plain': { schema: z.string() } },
          },
        },
      },
    },
    async ({ query: { format, key } }, reply) => {
      if (key) await teamKeys.reveal();
      const options = { withKey: key };
      void reply.header('cache-control', 'no-store');
      if (format === 'text') {
        return reply
          .header('content-disposition', 'attachment; filename="holdfast-recovery-kit.txt"')
          .type('text/plain; charset=utf-8')
          .send(kitText(await kit(), options));
      }
      return reply
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .type('text/html; charset=utf-8')
        .send(kitPage(await kit(), options));
    },
  );
}
