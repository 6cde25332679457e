export * from './engine.ts';
export { addMachineKey, type KeyPlace } from './restic/key/machine-key.ts';
export {
  generateMachinePassword,
  type MachinePassword,
  readMachinePassword,
} from './restic/key/machine-password.ts';
export { createResticEngine, type ResticEngine } from './restic/restic-engine.ts';
export type { ResticOptions } from './restic/restic-settings.ts';
export type { EngineVersion } from './restic/version.ts';
