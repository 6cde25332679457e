import { describeSourceSuite } from '../testing/source-suite.ts';
import { directoryHarness } from './testing/directory-harness.ts';

describeSourceSuite('directory', directoryHarness('data'));
describeSourceSuite('directory, hostile name', directoryHarness(`-rf $(touch x) "a'\n;%00 `));
