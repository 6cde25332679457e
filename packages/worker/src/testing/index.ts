export { createMemoryEngine, type MemoryEngine } from './memory-engine.ts';
export { createMemorySource, type MemorySource } from './memory-source.ts';
