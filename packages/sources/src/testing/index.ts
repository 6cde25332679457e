export { type RedisContainer, startRedis, untilAnswering } from '../redis/testing/redis-container.ts';
export * from './folder-store.ts';
export * from './leaked-containers.ts';
export * from './mysql-container.ts';
export * from './postgres-container.ts';
export * from './source-harness.ts';
export * from './source-suite.ts';
export * from './volume-user.ts';
