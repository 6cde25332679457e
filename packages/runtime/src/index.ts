export * from './anonymous-pipe.ts';
export * from './holdfast-error.ts';
export * from './reporter.ts';
export * from './secret.ts';
