export * from './docker-host.ts';
