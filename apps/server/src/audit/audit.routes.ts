import {
  auditEntrySchema,
  auditFilterSchema,
  auditVerificationSchema,
  pageSchema,
} from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import type { AuditService } from './audit.service.ts';

export function addAuditRoutes(app: HttpApp, audit: AuditService): void {
  app.get(
    '/v1/audit',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'listAuditEntries',
        summary: 'Who changed what, newest first.',
        tags: ['audit'],
        querystring: auditFilterSchema,
        response: { 200: pageSchema(auditEntrySchema) },
      },
    },
    (request) => audit.list(request.query),
  );

  app.get(
    '/v1/audit/verification',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'verifyAudit',
        summary: 'Whether the audit log is whole and unchanged.',
        tags: ['audit'],
        response: { 200: auditVerificationSchema },
      },
    },
    () => audit.verify(),
  );
}
