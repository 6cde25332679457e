import { randomBytes, randomUUID } from 'node:crypto';
import { startAzurite } from '../testing/azurite.ts';
import { fileStoreSuite } from '../testing/file-store-suite.ts';

const azurite = await startAzurite();
const { account, key, endpoint } = azurite;
await azurite.makeContainer('backups');

const entered = (changes: Readonly<Record<string, unknown>> = {}) =>
  Promise.resolve({ account, key, endpoint, container: 'backups', prefix: `p/${randomUUID()}`, ...changes });

fileStoreSuite({
  provider: 'azure',
  freshSettings: () => entered(),
  wrong: [
    {
      name: 'that the key is wrong',
      settings: () => entered({ key: randomBytes(64).toString('base64') }),
      code: 'destination-secret-wrong',
    },
    {
      name: 'that the container is missing',
      settings: () => entered({ container: 'missing' }),
      code: 'destination-bucket-missing',
    },
    {
      name: 'that nobody answers',
      settings: () => entered({ endpoint: `http://127.0.0.1:1/${account}` }),
      code: 'destination-unreachable',
    },
  ],
  cleanUp: () => azurite.stop(),
});
