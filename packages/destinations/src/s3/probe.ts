import { isIP } from 'node:net';
import type { ProbeResult } from '@holdfast/contracts';
import { HoldfastError } from '@holdfast/runtime';
import type { ProbeOptions } from '../destination.ts';
import { probeObject } from '../probe-object.ts';
import { defaultStepTimeoutMs, ProbeSteps } from '../probe-steps.ts';
import { explainS3Failure } from './explain.ts';
import { s3ObjectStore } from './object-store.ts';
import type { S3Settings } from './settings.ts';

export interface S3ProbeOptions extends ProbeOptions {
  /** Moves this machine's clock as far as the probe sees it; for tests. */
  readonly clockOffsetMs?: number;
}

/**
 * The first request lists, because only requests with a body in their answer say what is wrong. A key without
 * the right to list still goes on to write: the steps tell which rights are missing.
 */
export async function probeS3(settings: S3Settings, options: S3ProbeOptions = {}): Promise<ProbeResult> {
  const clockOffsetMs = options.clockOffsetMs ?? 0;
  // One attempt each: a retry would only say the same again, later.
  const objects = s3ObjectStore(settings, { maxAttempts: 1, clockOffsetMs });
  let mayList = false;
  const steps = new ProbeSteps({
    timeoutMs: options.timeoutMs ?? defaultStepTimeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    explain: async (error, step) => {
      const failure = await explainS3Failure(error, { settings, clockOffsetMs });
      return step === 'write' && mayList && failure.code === 'destination-forbidden'
        ? readOnly(failure)
        : failure;
    },
  });
  try {
    await steps.run('connect', async (signal) => {
      try {
        await objects.list('holdfast-probe/', { signal });
        mayList = true;
      } catch (error) {
        if (!(error instanceof HoldfastError && error.code === 'destination-forbidden')) throw error;
      }
    });
    await probeObject(steps, objects);
    if (!steps.failed && isExposed(settings.endpoint)) {
      steps.warnings.push(
        'The endpoint is plain HTTP: what is stored is encrypted, but somebody on the way can see and change requests. Use https:// where the storage offers it.',
      );
    }
    return steps.result();
  } finally {
    await objects.close();
  }
}

function readOnly(failure: HoldfastError): HoldfastError {
  return new HoldfastError('destination-read-only', `Reading works, writing does not. ${failure.message}`);
}

function isExposed(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint);
  const loopback =
    hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return protocol === 'http:' && !loopback;
}
