import { describe } from 'vitest';
import { failOnLeakedContainers } from '../testing/index.ts';
import { describeSourceSuite } from '../testing/source-suite.ts';
import { mysqlHarness } from './testing/mysql-harness.ts';

failOnLeakedContainers();

describe.each(['10.11', '11.8'] as const)('MariaDB %s', (version) => {
  describeSourceSuite(`mysql, MariaDB ${version}`, mysqlHarness({ version }));
});
