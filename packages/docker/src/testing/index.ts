export * from './lab-engine.ts';
