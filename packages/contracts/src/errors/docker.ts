import { type ErrorGroup, exitCodes } from './definition.ts';

export const dockerErrors = {
  'docker-unreachable': {
    title: 'The Docker engine cannot be reached',
    status: 503,
    exit: exitCodes.failed,
    hint: 'Check that Docker runs and that DOCKER_HOST names its socket.',
  },
  'docker-permission-denied': {
    title: 'This user may not use the Docker engine',
    status: 503,
    exit: exitCodes.failed,
    hint: 'Run Holdfast as a user who may use the Docker socket, or point DOCKER_HOST at a socket proxy.',
  },
  'docker-forbidden': {
    title: 'The Docker engine or a socket proxy refused a request',
    status: 502,
    exit: exitCodes.failed,
    hint: 'Allow container list, inspect and exec on the socket proxy (for the well-known one: CONTAINERS=1, EXEC=1, POST=1).',
  },
  'docker-failed': {
    title: 'The Docker engine answered with an error',
    status: 502,
    exit: exitCodes.failed,
    hint: 'The detail holds the words of the engine. Its own log says more.',
  },
  'container-not-found': {
    title: 'The container does not exist any more',
    status: 404,
    exit: exitCodes.notFound,
    hint: 'Start the container again; the next pass finds it by its name.',
  },
  'container-not-running': {
    title: 'The container is not running',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Start (or unpause) the container and try again.',
  },
  'container-lost': {
    title: 'The container stopped or the connection to it was cut midway',
    status: 502,
    exit: exitCodes.failed,
    hint: 'No snapshot was made of the incomplete data. Look at the logs of the container, then run the backup again.',
  },
  'container-command-missing': {
    title: 'The container lacks a program that is needed',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Use an image that contains the client programs of its database, as the official images do.',
  },
  'container-name-taken': {
    title: 'A container of that name exists already',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Rename or remove the other container, then try again.',
  },
  'container-unhealthy': {
    title: 'A container did not become healthy in time',
    status: 502,
    exit: exitCodes.failed,
    hint: 'Look at the logs of the container and at its health check.',
  },
  'container-orphaned': {
    title: 'A container depends on another one that is gone',
    status: 409,
    exit: exitCodes.failed,
    hint: 'It cannot be started any more: remove the container that the detail names, and it will be made again.',
  },
  'image-missing': {
    title: 'The image of a container cannot be had',
    status: 502,
    exit: exitCodes.failed,
    hint: 'Pull or build the image under the name in the detail on this server, then try again.',
  },
  'port-taken': {
    title: 'A port that a container publishes is taken',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Stop what the detail names, or let it use another port, then try again. Nothing was changed.',
  },
  'network-overlap': {
    title: 'The addresses of a network are taken by another network',
    status: 409,
    exit: exitCodes.failed,
    hint: 'Remove the other network, or take the fixed addresses out of the project, then try again. Nothing was changed.',
  },
  'data-path-not-allowed': {
    title: 'The chosen data path cannot be used here',
    status: 422,
    exit: exitCodes.failed,
    hint: 'Set HOLDFAST_DATA_PATH to auto, or allow what the detail names.',
  },
} as const satisfies ErrorGroup;
