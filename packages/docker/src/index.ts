export * from './docker-host.ts';
export * from './engine-client.ts';
