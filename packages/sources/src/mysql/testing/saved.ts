import { type TestContext, testContext } from '../../testing/context.ts';
import { FolderStore, type MysqlContainer, type StoredSnapshot } from '../../testing/index.ts';
import type { ConnectionSettings, MysqlLocator } from '../locator.ts';
import { mysqlSource } from '../mysql-source.ts';

export function locatorOf(server: MysqlContainer, settings?: ConnectionSettings): MysqlLocator {
  return {
    container: { id: server.id, name: server.name },
    ...(settings === undefined ? {} : { settings }),
  };
}

/** Captures a server into a store. */
export async function save(
  server: MysqlContainer,
  store: FolderStore,
  settings?: ConnectionSettings,
  context: TestContext = testContext({ docker: server.host }),
): Promise<StoredSnapshot> {
  const capture = await mysqlSource.capture(locatorOf(server, settings), context);
  return store.save('mysql', capture, context.signal);
}
