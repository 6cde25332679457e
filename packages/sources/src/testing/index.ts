export * from './leaked-containers.ts';
export * from './postgres-container.ts';
