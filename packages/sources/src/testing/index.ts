export * from './lab-engine.ts';
export * from './postgres-container.ts';
