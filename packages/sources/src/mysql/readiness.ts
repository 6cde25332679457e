import { asHoldfastError } from '@holdfast/runtime';
import { untilServerReady } from '../container/until-ready.ts';
import type { CaptureContext, TargetState } from '../source.ts';
import { connectServer } from './connect.ts';
import type { MysqlLocator } from './locator.ts';
import { answersByTcp } from './rehearsal.ts';
import { readSchemas } from './survey.ts';

/** Waits until the server takes orders and is not the passing one of its image's first start. */
export async function untilMysqlReady(locator: MysqlLocator, context: CaptureContext): Promise<void> {
  await untilServerReady(locator.container.name, context, async () => {
    await connectServer(locator, context);
    return await answersByTcp(locator, context).then(
      () => true as const,
      (error: unknown) => {
        if (asHoldfastError(error).code === 'container-not-running') throw error;
        return 'by its socket';
      },
    );
  });
}

/** The databases and their sizes, and the version of the server. */
export async function examineMysql(locator: MysqlLocator, context: CaptureContext): Promise<TargetState> {
  const connected = await connectServer(locator, context);
  const schemas = await readSchemas(connected, context.signal);
  return {
    holds: schemas.map(({ name, bytes }) => ({ name, bytes })),
    versions: { [connected.family]: connected.versionText },
  };
}
