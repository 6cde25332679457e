/** A process that takes the lock of a data directory and keeps it until it is killed. */
import { lockDataDirectory } from '../data-directory/lock.ts';

const [, , file = ''] = process.argv;
lockDataDirectory(file);
// The result is not kept on purpose: the lock must outlive it.
globalThis.gc?.();
process.send?.('locked');
setInterval(() => {}, 1_000);
