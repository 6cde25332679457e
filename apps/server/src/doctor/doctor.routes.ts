import { doctorReportSchema } from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';
import { type DoctorParts, examine } from './doctor.service.ts';

export function addDoctorRoutes(app: HttpApp, parts: DoctorParts): void {
  app.get(
    '/v1/doctor',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'examine',
        summary: 'What is installed, reachable or missing, and how to mend it.',
        tags: ['system'],
        response: { 200: doctorReportSchema },
      },
    },
    () => examine(parts),
  );
}
