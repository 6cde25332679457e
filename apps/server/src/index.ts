export {
  type Config,
  type ConfigInput,
  type ConfigOverrides,
  loadConfig,
  resolveDataDirectory,
} from './config.ts';
export { dataDirectoryFiles } from './data-directory/files.ts';
export { type ServerHandle, type ServerMode, startServer } from './main.ts';
