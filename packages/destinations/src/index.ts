export * from './cost.ts';
export * from './destination.ts';
export type { FileStore, StoredFile } from './file-store.ts';
export type { RegisteredKind } from './registered-kind.ts';
export * from './registry.ts';
