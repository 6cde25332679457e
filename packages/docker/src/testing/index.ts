export * from '../environment/testing/lab-environment.ts';
export * from './lab-engine.ts';
