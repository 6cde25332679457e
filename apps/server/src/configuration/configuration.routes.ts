import {
  appliedConfigurationSchema,
  applyConfigurationSchema,
  configurationDiffSchema,
  configurationJsonSchema,
  diffConfigurationSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { problemsNamed } from '../http/documentation.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { ConfigurationService } from './configuration.service.ts';

/** Answers that are documents of their own: `GET /v1/configuration/schema` says what is in the other. */
const documentSchema = z.record(z.string(), z.unknown());
const tags = ['configuration'];

export function addConfigurationRoutes(app: HttpApp, configuration: ConfigurationService): void {
  app.get(
    '/v1/configuration',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'exportConfiguration',
        summary: 'What people configured, as one document without secrets.',
        tags,
        response: { 200: documentSchema },
      },
    },
    () => configuration.export(),
  );

  app.get(
    '/v1/configuration/schema',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getConfigurationSchema',
        summary: 'The JSON Schema of that document, for editors.',
        tags,
        response: { 200: documentSchema },
      },
    },
    () => configurationJsonSchema(),
  );

  app.post(
    '/v1/configuration/diff',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'diffConfiguration',
        summary: 'What applying a document would change.',
        tags,
        body: diffConfigurationSchema,
        response: { 200: configurationDiffSchema },
      },
    },
    (request) => configuration.diff({ ...request.body, fromHost: request.principal?.kind === 'host' }),
  );

  app.post(
    '/v1/configuration/apply',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'applyConfiguration',
        summary: 'Brings about what a document says, all of it or nothing.',
        tags,
        body: applyConfigurationSchema,
        response: { 200: appliedConfigurationSchema },
        problems: [
          'configuration-invalid',
          'configuration-changed',
          'conflict',
          'ambiguous',
          ...problemsNamed('destination-'),
          ...problemsNamed('source-un'),
          ...problemsNamed('credentials-'),
          ...problemsNamed('docker-'),
          'timed-out',
          'program-missing',
        ],
      },
    },
    async (request) => ({
      changes: await configuration.apply({
        ...request.body,
        fromHost: request.principal?.kind === 'host',
      }),
    }),
  );
}
