import { type RecoveryKit, recoveryKitSchema } from '@holdfast/contracts';
import type { HttpApp } from '../http/http-app.ts';

/** The team key leaves the vault only through the Unix socket, to the owner of the data directory. */
export function addVaultRoutes(app: HttpApp, kit: () => Promise<RecoveryKit>): void {
  app.get(
    '/v1/key/kit',
    {
      config: { access: 'host' },
      schema: {
        operationId: 'getRecoveryKit',
        summary: 'What a person keeps to restore without Holdfast.',
        tags: ['keys'],
        response: { 200: recoveryKitSchema },
      },
    },
    () => kit(),
  );
}
