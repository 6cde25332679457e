export * from './anonymous-pipe.ts';
export { createTail, type Tail } from './bounded-output.ts';
export * from './command.ts';
export * from './holdfast-error.ts';
export { inheritedEnvironment } from './inherited-environment.ts';
export * from './line-splitter.ts';
export * from './process-spec.ts';
export * from './reporter.ts';
export * from './secret.ts';
