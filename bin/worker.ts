/** The worker in a helper container: one job, told by standard input; see decision 13. Nobody starts it by hand. */
const { serveWorker } = await import('@holdfast/server/worker');
await serveWorker();
process.exit(0);

export {};
