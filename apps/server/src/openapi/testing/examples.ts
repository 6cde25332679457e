import type { World } from './world.ts';

export interface Example {
  /** What stands for the parameters of the path, and the query. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  /** What it is answered with. */
  readonly status: number;
  /** Over the Unix socket: what is given out on the server itself only. */
  readonly socket?: true;
}

const unknownId = '01a2ffff-0000-7000-8000-000000000000';

/** Requests for every operation of the document: one at least that succeeds, then what can go wrong. In this order. */
export function examples({ backup, snapshot }: World): Readonly<Record<string, readonly Example[]>> {
  const operation = { id: backup.id };
  const { id = '' } = snapshot ?? {};
  return {
    getHealth: [{ status: 200 }],
    getReadiness: [{ status: 200 }],
    getApiDocument: [{ status: 200 }],
    examine: [{ status: 200 }],
    getOverview: [{ status: 200 }],
    listSources: [
      { status: 200 },
      { status: 200, query: 'refresh=true&environment=shop&protected=true&search=D&limit=1' },
      { status: 400, query: 'cursor=none' },
      { status: 400, query: 'limit=0' },
      { status: 400, query: 'protected=perhaps' },
    ],
    discoverSources: [{ status: 200 }],
    getSource: [
      { status: 200, parameters: { source: 'db' } },
      { status: 404, parameters: { source: '../db' } },
    ],
    declareSource: [
      {
        // The servers of these tests know no kind that can be declared.
        status: 400,
        body: { kind: 'directory', path: '/nowhere' },
      },
      { status: 400, body: { kind: 'directory' } },
    ],
    undeclareSource: [
      { status: 409, parameters: { source: 'db' } },
      { status: 404, parameters: { source: 'none' } },
    ],
    listEnvironments: [{ status: 200 }, { status: 200, query: 'search=%25&limit=1&cursor=a' }],
    preflightEnvironment: [{ status: 404, parameters: { environment: 'none' }, body: {} }],
    restoreEnvironment: [
      { status: 404, parameters: { environment: 'none' }, body: { confirmation: 'none' } },
      { status: 403, parameters: { environment: 'shop' }, body: { confirmation: 'shoe' } },
    ],
    startBackup: [
      { status: 202, body: { names: ['db'] } },
      { status: 400, body: { names: ['db'], all: true } },
      { status: 404, body: { names: ['none'] } },
    ],
    startRestore: [
      { status: 202, body: { source: 'db', confirmation: 'db' } },
      { status: 403, body: { source: 'db', confirmation: 'bd' } },
      { status: 404, body: { source: 'db', snapshot: 'ffff', confirmation: 'db' } },
    ],
    startDrill: [
      { status: 202, body: { name: 'db' } },
      { status: 404, body: { name: 'none' } },
    ],
    listDrills: [{ status: 200 }, { status: 404, query: 'source=none' }],
    listAlerts: [
      { status: 200, query: 'state=all&limit=1' },
      { status: 400, query: 'cursor=%00' },
    ],
    followAll: [{ status: 200 }],
    listOperations: [
      { status: 200, query: 'limit=1' },
      { status: 400, query: 'state=asleep' },
    ],
    getOperation: [
      { status: 200, parameters: operation },
      { status: 404, parameters: { id: unknownId } },
      { status: 409, parameters: { id: '0' } },
    ],
    cancelOperation: [
      { status: 200, parameters: operation },
      { status: 404, parameters: { id: unknownId } },
    ],
    getOperationLog: [
      { status: 200, parameters: operation },
      { status: 404, parameters: { id: unknownId } },
    ],
    followOperation: [
      { status: 200, parameters: operation },
      { status: 404, parameters: { id: unknownId } },
    ],
    listSnapshots: [
      { status: 200, query: 'source=db&limit=1' },
      { status: 404, query: 'destination=none' },
      { status: 400, query: 'cursor=-1' },
    ],
    getSnapshot: [
      { status: 200, parameters: { id } },
      { status: 404, parameters: { id: unknownId } },
    ],
    confirmSnapshot: [
      { status: 200, parameters: { id } },
      { status: 404, parameters: { id: unknownId } },
    ],
    listRecoveryPoints: [
      { status: 200, query: 'environment=shop' },
      { status: 404, query: 'destination=none' },
    ],
    getRecoveryPoint: [{ status: 404, parameters: { id: unknownId } }],
    listDestinations: [{ status: 200 }],
    addDestination: [
      { status: 400, body: { name: 'x', kind: 'tape', settings: {} } },
      { status: 409, body: { name: 'bucket', kind: 'local', settings: { path: '/nowhere' } } },
    ],
    probeDestination: [
      { status: 200, parameters: { destination: 'local' } },
      { status: 404, parameters: { destination: 'none' } },
    ],
    removeDestination: [
      { status: 409, parameters: { destination: 'local' } },
      { status: 204, parameters: { destination: 'bucket' } },
      { status: 404, parameters: { destination: 'bucket' } },
    ],
    previewRetention: [
      { status: 200, query: 'source=db' },
      { status: 404, query: 'source=none' },
    ],
    startRetention: [{ status: 202 }],
    startPrune: [{ status: 202 }],
    startCheck: [{ status: 202 }],
    deleteSnapshot: [
      { status: 403, parameters: { id } },
      { status: 204, parameters: { id }, query: `confirmation=${id}&force=true` },
      { status: 404, parameters: { id }, query: `confirmation=${id}` },
    ],
    getRecoveryKit: [{ status: 200, socket: true }, { status: 403 }],
  };
}
