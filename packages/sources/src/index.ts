export * from './registry.ts';
export * from './source.ts';
