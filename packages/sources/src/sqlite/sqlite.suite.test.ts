import { describeSourceSuite } from '../testing/source-suite.ts';
import { sqliteHarness } from './testing/sqlite-harness.ts';

describeSourceSuite('sqlite, write-ahead log', sqliteHarness({ journalMode: 'wal', fileName: 'app.db' }));
describeSourceSuite(
  'sqlite, rollback journal',
  sqliteHarness({ journalMode: 'delete', fileName: 'app.sqlite' }),
);
describeSourceSuite(
  'sqlite, hostile file name',
  sqliteHarness({ journalMode: 'wal', fileName: `-rf $(touch x) "a'\n;%00 ` }),
);
