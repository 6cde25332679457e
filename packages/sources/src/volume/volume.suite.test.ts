import { describeSourceSuite } from '../testing/source-suite.ts';
import { volumeHarness } from './testing/volume-harness.ts';

describeSourceSuite('volume', volumeHarness());
