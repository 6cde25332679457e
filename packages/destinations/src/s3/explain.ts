import { HoldfastError, redact } from '@holdfast/runtime';
import { StepTimeout } from '../probe-steps.ts';
import { explainAnswer } from './explain-answer.ts';
import { explainConnection } from './explain-connection.ts';
import { readServerAnswer } from './server-answer.ts';
import type { S3Settings } from './settings.ts';
import { speaksTls } from './speaks-tls.ts';

export interface FailureContext {
  readonly settings: S3Settings;
  /** Milliseconds by which the client's clock was moved. */
  readonly clockOffsetMs?: number | undefined;
}

/** Anything that a request to S3 threw as an error in plain words, without secrets. */
export async function explainS3Failure(error: unknown, context: FailureContext): Promise<HoldfastError> {
  if (error instanceof HoldfastError) return error;
  const { settings } = context;
  if (error instanceof StepTimeout) {
    return new HoldfastError(
      'destination-unreachable',
      `${settings.endpoint} did not answer. ${error.message}`,
    );
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new HoldfastError('cancelled', 'The request to the storage was cancelled.');
  }
  const answer = readServerAnswer(error);
  // An answer that is no S3 error, or none at all, on plain HTTP: is it because the port speaks TLS?
  if (settings.endpoint.startsWith('http:') && (answer === undefined || answer.code === '')) {
    const url = new URL(settings.endpoint);
    if (await speaksTls(url.hostname.replaceAll(/[[\]]/g, ''), Number(url.port || 80))) {
      return new HoldfastError('destination-tls', `${settings.endpoint} speaks TLS, not plain HTTP.`, {
        hint: `Use https:// in the endpoint: https://${url.host}`,
      });
    }
  }
  const explained =
    answer === undefined
      ? explainConnection(error, settings)
      : explainAnswer(answer, settings, new Date(Date.now() + (context.clockOffsetMs ?? 0)));
  const detail = shorten(redact(explained.detail, [settings.secretAccessKey]));
  const { code, hint } = explained;
  return new HoldfastError(code, detail, hint === undefined ? {} : { hint });
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 600 ? line : `${line.slice(0, 600)}…`;
}
