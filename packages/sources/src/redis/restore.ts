import { asHoldfastError, HoldfastError } from '@holdfast/runtime';
import type { ZodError } from 'zod';
import { cancellationOf } from '../files/cancellation.ts';
import type { CaptureContext, Exchange, PartReader, RestoreReport, RestoreRequest } from '../source.ts';
import { type ConnectedServer, connectServer } from './connect.ts';
import { dumpPath, type RedisDetails, redisDetailsSchema } from './details.ts';
import { makeDurable } from './durable.ts';
import { type LiveSettings, readLiveSettings } from './live-settings.ts';
import type { RedisLocator } from './locator.ts';
import { refuseUnfit } from './preflight.ts';
import { choosePrevious } from './previous.ts';
import { ReplyError, serverInfo } from './redis-cli.ts';
import { type DumpInput, Stage } from './stage.ts';
import { type SwitchOptions, standAlone, switchTo } from './switch.ts';
import { verifyStage } from './verify.ts';

/**
 * Restores a snapshot into a running server: loads it into a second server beside, verifies it there, and lets the live
 * one take it over in one piece. What was there serves until then, and is kept as a dump in the server's folder.
 *
 * @throws HoldfastError `restore-failed`, `restore-verification-failed`, `restore-target-older`, `restore-target-incomplete`,
 *   `restore-space`, `not-found`, `cancelled`
 */
export async function restoreRedis(
  locator: RedisLocator,
  request: RestoreRequest,
  context: CaptureContext,
): Promise<RestoreReport> {
  const { reporter, signal } = context;
  if (signal.aborted) throw cancellationOf(signal);
  const { reader, details } = chooseDump(request);
  return await asRestoreErrors(async () => {
    reporter.step('checking the target');
    const connected = await connectServer(locator, context);
    const settings = await readLiveSettings(connected, context);
    await refuseUnfit(connected, details.usedMemory, request.mode, signal);
    const keepAs = request.mode === 'in-place' ? undefined : choosePrevious(settings, new Date());
    reporter.step('loading');
    const { stream, done } = await reader.stream();
    const dump: DumpInput = { stream, done, bytes: reader.part.bytes };
    const warnings: string[] = [];
    const stage = await Stage.load(connected, settings, dump, context);
    const verify = async () => {
      reporter.step('verifying');
      await verifyStage(stage, connected, request.manifest, details, signal);
      await refuseTooLarge(stage, settings);
    };
    const exchange: Exchange = {
      restored: [`all databases of ${connected.container.name}`],
      previous: keepAs === undefined ? [] : [keepAs],
    };
    const options: SwitchOptions = {
      ...(keepAs === undefined ? { dropFirst: true } : { keepAs }),
      willExchange: async () => context.willExchange?.(exchange),
    };
    await takeOver(connected, settings, stage, verify, options, context);
    warnings.push(...(await makeDurable(connected, settings, context)));
    if (!details.counted)
      warnings.push('The snapshot was not counted when it was made: it was only checked for completeness.');
    if (keepAs !== undefined) {
      reporter.log('info', `What was there before is kept in the container as ${keepAs}.`);
    }
    return {
      ...exchange,
      verified: request.manifest.counts,
      ...(request.manifest.hashes === undefined ? {} : { verifiedHashes: request.manifest.hashes }),
      warnings,
    };
  }, signal);
}

/** The live server serves what the stage holds afterwards; or, when anything fails, what it served before. */
export async function takeOver(
  connected: ConnectedServer,
  settings: LiveSettings,
  stage: Stage,
  verify: () => Promise<void>,
  options: SwitchOptions,
  context: CaptureContext,
): Promise<void> {
  try {
    await verify();
    await switchTo(stage, connected, settings, options, context);
    await standAlone(stage, connected.server, settings);
  } catch (error) {
    await stage.abandon();
    throw error;
  }
  await stage.end();
}

/** Replies of the server and cancels, as errors for people. */
export async function asRestoreErrors<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw cancellationOf(signal);
    if (error instanceof ReplyError) {
      throw new HoldfastError(
        'restore-failed',
        `The server answered: ${error.message}`,
        error.code === 'NOPERM' || /unknown command/i.test(error.message)
          ? {
              hint: 'A restore needs CONFIG, CLIENT, REPLICAOF, SYNC and BGSAVE: allow them to the user, by their own names.',
            }
          : {},
      );
    }
    const failure = asHoldfastError(error, 'restore-failed');
    // What a client program could not do is, here, no failed dump.
    throw failure.code === 'dump-failed'
      ? new HoldfastError('restore-failed', failure.message, { cause: failure })
      : failure;
  }
}

function chooseDump(request: RestoreRequest): { reader: PartReader; details: RedisDetails } {
  if (request.mode === 'beside') {
    throw new HoldfastError('restore-failed', 'A Redis server cannot be restored under another name.', {
      hint: 'Restore into a server of its own, or use the default mode, which keeps what was there as a dump.',
    });
  }
  const wanted = request.part ?? dumpPath;
  const reader = request.parts.find(({ part }) => part.path === wanted);
  if (reader === undefined) throw new HoldfastError('not-found', `The snapshot has no part ${wanted}.`);
  const parsed = redisDetailsSchema.safeParse(request.manifest.details);
  if (parsed.success) return { reader, details: parsed.data };
  throw new HoldfastError(
    'restore-failed',
    `The snapshot's details cannot be read: ${wordsOf(parsed.error)}.`,
  );
}

const wordsOf = (error: ZodError) => error.issues[0]?.message ?? 'no reason given';

/** A server that evicts would throw restored keys away at once; one that does not would refuse every write. */
async function refuseTooLarge(stage: Stage, { maximumMemory }: LiveSettings): Promise<void> {
  if (maximumMemory === 0) return;
  const used = Number((await serverInfo(stage.server)).get('used_memory')) || 0;
  if (used <= maximumMemory) return;
  throw new HoldfastError(
    'restore-space',
    `The restored data takes ${used} bytes of memory, and the server may use ${maximumMemory} (maxmemory).`,
    {
      hint: 'Raise maxmemory of the server (CONFIG SET maxmemory, and where it is configured), then try again.',
    },
  );
}
