export {
  type Config,
  type ConfigInput,
  type ConfigOverrides,
  loadConfig,
} from './config.ts';
export { dataDirectoryFiles } from './data-directory/files.ts';
export { type StartOptions, startServer } from './main.ts';
export type { ServerHandle, ServerMode } from './server.ts';
