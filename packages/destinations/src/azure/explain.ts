import type { ErrorCode } from '@holdfast/contracts';
import { HoldfastError, redact } from '@holdfast/runtime';
import { z } from 'zod';
import type { AzureSettings } from './settings.ts';

/** What the SDK throws: an answer of the service, or of the network below it. */
const errorSchema = z.object({
  code: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
  message: z.string().catch(''),
});

/** The service's error codes, and the network's, that a person can act on. */
const codes: Readonly<Record<string, ErrorCode>> = {
  AuthenticationFailed: 'destination-secret-wrong',
  AuthorizationFailure: 'destination-secret-wrong',
  InvalidAuthenticationInfo: 'destination-secret-wrong',
  AuthorizationPermissionMismatch: 'destination-forbidden',
  ContainerNotFound: 'destination-bucket-missing',
  BlobNotFound: 'not-found',
  ENOTFOUND: 'destination-unreachable',
  ECONNREFUSED: 'destination-unreachable',
  ECONNRESET: 'destination-unreachable',
  ETIMEDOUT: 'destination-unreachable',
  EAI_AGAIN: 'destination-unreachable',
  REQUEST_SEND_ERROR: 'destination-unreachable',
};

/** Anything that a request to Azure threw as an error in plain words, without secrets. */
export function explainAzureFailure(error: unknown, { container, access }: AzureSettings): HoldfastError {
  if (error instanceof HoldfastError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new HoldfastError('cancelled', 'The request to the storage was cancelled.');
  }
  const { code = '', statusCode, message } = errorSchema.safeParse(error).data ?? { message: String(error) };
  const byStatus =
    statusCode === 404 ? 'not-found' : statusCode === 403 ? 'destination-forbidden' : 'destination-failed';
  const secret = 'key' in access ? access.key : access.connectionString;
  const words = redact(message, [secret]).split('\n')[0]?.slice(0, 300) ?? '';
  return new HoldfastError(
    codes[code] ?? byStatus,
    `The Azure container ${container} cannot be used: ${words}`,
    {
      cause: error,
    },
  );
}
