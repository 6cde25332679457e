import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails } from '@holdfast/docker';
import { HoldfastError } from '@holdfast/runtime';
import { cancellationOf } from '../files/cancellation.ts';
import type { Drill } from '../source.ts';
import { connectServer } from './connect.ts';
import { dataFolders } from './detect.ts';
import type { RedisLocator } from './locator.ts';

const lookEveryMs = 200;

const locatorOf = ({ id, name }: ContainerDetails): RedisLocator => ({ container: { id, name } });

/** A server with the image, command and variables of the original, and an empty folder of data. */
export const redisDrill: Drill<RedisLocator> = {
  into: 'container',
  rehearse: (original) => ({
    dataPaths: dataFolders(original),
    environment: {},
    locator: locatorOf,
    async ready(container, context) {
      for (;;) {
        if (context.signal.aborted) throw cancellationOf(context.signal);
        try {
          await connectServer(locatorOf(container), context);
          return;
        } catch (error) {
          // Until it listens, its program says that it was not reached; all else will not get better.
          if (!(error instanceof HoldfastError) || error.code !== 'dump-failed') throw error;
        }
        await sleep(lookEveryMs);
      }
    },
  }),
};
