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
export function examples({ backup, snapshot, secrets }: World): Readonly<Record<string, readonly Example[]>> {
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
      { status: 400, body: { source: 'db', confirmation: 'db', paths: ['/db.dump'] } },
      { status: 404, body: { source: 'db', snapshot: 'ffff', confirmation: 'db' } },
    ],
    preflightRestore: [
      { status: 200, body: { source: 'db' } },
      { status: 404, body: { source: 'none' } },
    ],
    startDrill: [
      { status: 202, body: { name: 'db' } },
      { status: 404, body: { name: 'none' } },
    ],
    listDrills: [{ status: 200 }, { status: 404, query: 'source=none' }],
    listAlerts: [
      { status: 200, query: 'state=all&limit=1' },
      { status: 400, query: 'limit=0' },
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
    listSnapshotEntries: [
      { status: 200, parameters: { id } },
      { status: 404, parameters: { id }, query: 'path=/none' },
      { status: 400, parameters: { id }, query: 'path=/db.dump' },
      { status: 400, parameters: { id }, query: 'cursor=none' },
      { status: 400, parameters: { id }, query: 'path=relative' },
      { status: 404, parameters: { id: unknownId } },
    ],
    downloadSnapshotEntry: [
      { status: 200, parameters: { id }, query: 'path=/db.dump' },
      { status: 404, parameters: { id }, query: 'path=/none' },
      { status: 400, parameters: { id }, query: 'path=/' },
      { status: 400, parameters: { id } },
      { status: 404, parameters: { id: unknownId }, query: 'path=/db.dump' },
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
    acknowledgeAlert: [{ status: 404, parameters: { alert: unknownId } }],
    getMetrics: [{ status: 200 }],
    listPlans: [{ status: 200 }],
    addPlan: [
      {
        status: 201,
        body: { name: 'nightly', schedule: { preset: 'daily' }, selector: { environments: ['shop'] } },
      },
      { status: 409, body: { name: 'nightly', schedule: { preset: 'daily' } } },
      { status: 400, body: { name: 'often', schedule: { preset: 'custom', cron: 'now and then' } } },
    ],
    previewPlan: [
      { status: 200, body: { schedule: { preset: 'daily' } } },
      { status: 400, body: { schedule: 7 } },
    ],
    getPlan: [
      { status: 200, parameters: { plan: 'nightly' } },
      { status: 404, parameters: { plan: 'none' } },
    ],
    editPlan: [
      { status: 200, parameters: { plan: 'nightly' }, body: { enabled: false } },
      { status: 404, parameters: { plan: 'none' }, body: {} },
    ],
    runPlan: [
      { status: 202, parameters: { plan: 'nightly' } },
      { status: 404, parameters: { plan: 'none' } },
    ],
    previewPlanRetention: [
      { status: 200, parameters: { plan: 'nightly' } },
      { status: 404, parameters: { plan: 'none' } },
    ],
    removePlan: [
      { status: 204, parameters: { plan: 'nightly' } },
      { status: 404, parameters: { plan: 'nightly' } },
    ],
    listChannels: [{ status: 200 }],
    addChannel: [
      {
        status: 201,
        body: {
          name: 'hook',
          kind: 'webhook',
          settings: { url: 'http://127.0.0.1:9/hook', signingSecret: 'a secret that is long enough' },
        },
      },
      { status: 400, body: { name: 'x', kind: 'pigeon' } },
    ],
    editChannel: [
      { status: 200, parameters: { channel: 'hook' }, body: { enabled: false } },
      { status: 404, parameters: { channel: 'none' }, body: {} },
    ],
    testChannel: [{ status: 404, parameters: { channel: 'none' } }],
    removeChannel: [
      { status: 204, parameters: { channel: 'hook' } },
      { status: 404, parameters: { channel: 'hook' } },
    ],
    exportConfiguration: [{ status: 200 }],
    getConfigurationSchema: [{ status: 200 }],
    diffConfiguration: [
      {
        status: 200,
        body: { document: { version: 1, plans: { weekly: { schedule: { preset: 'weekly' } } } } },
      },
      { status: 400, body: { document: { version: 2 } } },
    ],
    applyConfiguration: [
      { status: 200, body: { document: { version: 1, plans: { weekly: {} } } } },
      { status: 400, body: { document: { version: 1, destinations: { x: { kind: 'tape' } } } } },
    ],
    getSetUpState: [{ status: 200 }],
    completeSetUp: [
      {
        status: 403,
        body: { code: 'x'.repeat(20), name: 'Ada', email: 'ada@example.com', password: 'a long enough one' },
      },
    ],
    acceptInvitation: [
      { status: 403, body: { code: 'x'.repeat(20), name: 'Ada', password: 'a long enough one' } },
    ],
    listPeople: [{ status: 200 }],
    invitePerson: [
      { status: 201, body: { email: 'grace@example.com', name: 'Grace', role: 'viewer' } },
      { status: 409, body: { email: 'grace@example.com', name: 'Grace', role: 'viewer' } },
    ],
    changePerson: [{ status: 404, parameters: { id: 'nobody' }, body: { role: 'admin' } }],
    resetPassword: [{ status: 404, parameters: { id: 'nobody' }, body: {} }],
    removePerson: [{ status: 404, parameters: { id: 'nobody' } }],
    signIn: [{ status: 401, body: { email: 'nobody@example.com', password: 'a long enough one' } }],
    whoAmI: [{ status: 200 }],
    signOut: [{ status: 204 }],
    changePassword: [{ status: 403, body: { current: 'a', next: 'a long enough one' } }],
    startSecondFactor: [{ status: 403, body: { password: 'a' } }],
    confirmSecondFactor: [{ status: 403, body: { code: '123456' } }],
    disableSecondFactor: [{ status: 403, body: { password: 'a' } }],
    getIdentityProvider: [{ status: 200 }],
    listSessions: [{ status: 200 }],
    revokeSession: [{ status: 404, parameters: { id: unknownId } }],
    listTokens: [{ status: 200 }],
    createToken: [
      { status: 201, body: { name: 'ci', role: 'viewer' } },
      { status: 400, body: { name: 'ci', role: 'king' } },
    ],
    removeToken: [{ status: 404, parameters: { id: unknownId } }],
    listAuditEntries: [
      { status: 200, query: 'limit=1' },
      { status: 400, query: 'limit=none' },
    ],
    verifyAudit: [{ status: 200 }],
    listSelfBackups: [{ status: 200 }],
    createAdminSnapshot: [
      { status: 202, body: { database: 'db' } },
      { status: 404, body: { database: 'none' } },
    ],
    restoreAdminSnapshot: [{ status: 404, body: { uri: 'holdfast:snapshot/ffffffff' } }],
    getKeyStatus: [{ status: 200 }],
    getKitPage: [{ status: 200 }],
    getKitDocument: [{ status: 200, socket: true, query: 'format=text' }, { status: 403 }],
    revealKey: [{ status: 200 }],
    confirmKey: [
      { status: 422, body: { key: 'not the key' } },
      { status: 200, body: { key: secrets[0] } },
    ],
    adoptKey: [{ status: 400, body: {} }],
    rotateKey: [{ status: 202, body: {} }],
    rotateMasterKey: [{ status: 202, socket: true }, { status: 403 }],
    getRecoveryKit: [{ status: 200, socket: true }, { status: 403 }],
  };
}
