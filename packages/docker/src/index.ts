export { chooseRunner } from './data-path/choose-runner.ts';
export { whyNotDirect } from './data-path/direct-runner.ts';
export * from './docker-host.ts';
export * from './engine-client.ts';
export * from './environment/index.ts';
export { type HostView, hostView, nothingOfHost } from './host-view.ts';
export {
  createWorkerContainers,
  ownContainer,
  type WorkerContainer,
  type WorkerContainerOptions,
  type WorkerContainers,
} from './worker-container.ts';
