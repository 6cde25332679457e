export * from './engine-suite.ts';
export * from './restic-lab.ts';
