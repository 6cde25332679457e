export * from './engine.ts';
export { createResticEngine, type ResticEngine } from './restic/restic-engine.ts';
export type { ResticOptions } from './restic/restic-settings.ts';
export type { EngineVersion } from './restic/version.ts';
