import { type RecoveryKit, recoveryKitSchema } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { HttpApp, Transport } from '../http/http-app.ts';

/** The team key leaves the vault only through the Unix socket, to the owner of the data directory. */
export function addVaultRoutes(app: HttpApp, transport: Transport, kit: () => Promise<RecoveryKit>): void {
  app.get('/v1/key/kit', { schema: { response: { 200: recoveryKitSchema } } }, () => {
    if (transport === 'socket') return kit();
    throw new HoldfastError('forbidden', 'The recovery kit is given out on the server itself only.');
  });
}
