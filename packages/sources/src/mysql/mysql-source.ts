import type { SourceKind } from '../source.ts';
import { captureMysql } from './capture.ts';
import { cleanUpMysql } from './clean-up.ts';
import { connectServer } from './connect.ts';
import { detectMysql } from './detect.ts';
import { type MysqlLocator, mysqlLocatorSchema } from './locator.ts';
import { examineMysql, untilMysqlReady } from './readiness.ts';
import { rehearseMysql } from './rehearsal.ts';
import { restoreServer } from './restore.ts';
import { revertMysql } from './revert.ts';

/** A MySQL or MariaDB server in a container, with all of its databases. */
export const mysqlSource: SourceKind<MysqlLocator> = {
  kind: 'mysql',
  traits: {
    discoverable: true,
    counts: 'rows',
    restoreBeside: true,
    restoreInPlace: true,
    restorePaths: false,
  },
  locator: mysqlLocatorSchema,
  drill: { into: 'container', rehearse: rehearseMysql },
  detect: detectMysql,
  capture: captureMysql,
  async restore(locator, request, context) {
    return await restoreServer(await connectServer(locator, context), request, context);
  },
  revert: revertMysql,
  untilReady: untilMysqlReady,
  examine: examineMysql,
  cleanUp: cleanUpMysql,
};
