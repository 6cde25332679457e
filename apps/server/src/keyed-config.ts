import type { Config } from './config.ts';
import { generateBackupKey, generateMasterKey } from './data-directory/key-file.ts';

/** Settings in which every key was given or made. */
export interface KeyedConfig extends Config {
  readonly masterKey: Buffer;
  readonly selfBackups: Config['selfBackups'] & { readonly key: Buffer };
}

/** Keys that no setting gives are made once and kept in the data directory, for this and all later starts. */
export function withKeys(config: Config): KeyedConfig {
  const { dataDirectory, selfBackups } = config;
  return {
    ...config,
    masterKey: config.masterKey ?? generateMasterKey(dataDirectory),
    selfBackups: { ...selfBackups, key: selfBackups.key ?? generateBackupKey(dataDirectory) },
  };
}
