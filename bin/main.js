#!/usr/bin/env node
/**
 * The program `holdfast`: the only file that knows both the command line and the server. A command reaches the server
 * that runs on the data directory through its socket; where none runs, one is started inside this process (decision 1).
 *
 * In JavaScript, which older versions of Node can read, too. And what strips types need not be loaded at every start:
 * everything after this file comes stripped from the compile cache.
 */
const oldestNode = 24;
const running = Number(process.versions.node.split('.')[0]);
if (running < oldestNode) {
  console.error(
    `Error [setting-invalid]: Holdfast needs Node ${oldestNode} or newer; this is ${process.versions.node}.`,
  );
  console.error('Next: use bin/holdfast, which finds the right one by itself, or install a newer Node.');
  process.exit(2);
}

// Keeping what was compiled halves the start. It is trusted like the program's own files, so it lies among them;
// where nothing may be written there, it is done without.
const { enableCompileCache } = await import('node:module');
enableCompileCache(`${import.meta.dirname}/../.tools/compile-cache`);

// Nothing else is imported before the check: older versions fail on the syntax of what comes.
const { runProgram } = await import('./run-program.ts');
process.exitCode = await runProgram();

export {};
