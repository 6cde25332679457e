import {
  type AddChannel,
  type AddDestination,
  type AddedDestination,
  type AddPlan,
  type AdoptedKey,
  type Alert,
  type ApiToken,
  type ApplyConfiguration,
  addedDestinationSchema,
  adoptedKeySchema,
  alertSchema,
  apiTokenSchema,
  appliedConfigurationSchema,
  type Channel,
  type ChannelTest,
  type ConfigurationChange,
  type ConfigurationDiff,
  type CreateAdminSnapshot,
  type CreateApiToken,
  type CreatedApiToken,
  channelSchema,
  channelTestSchema,
  configurationDiffSchema,
  createdApiTokenSchema,
  type DeclareSource,
  type Destination,
  type DiffConfiguration,
  type DoctorReport,
  destinationSchema,
  doctorReportSchema,
  type EditChannel,
  type EditPlan,
  type EnvironmentPreflight,
  environmentPreflightSchema,
  type Invitation,
  type InvitePerson,
  invitationSchema,
  type KeyStatus,
  keyStatusSchema,
  kitDocumentSchema,
  type Operation,
  type OperationEvent,
  operationEventSchema,
  operationSchema,
  type Person,
  type Plan,
  type PlanPreview,
  type PreviewPlan,
  type ProbeResult,
  pageSchema,
  personSchema,
  planPreviewSchema,
  planSchema,
  probeResultSchema,
  type RecoveryKit,
  type RecoveryPoint,
  type ResetPassword,
  type RestoreAdminSnapshot,
  type RetentionDecision,
  recoveryKitSchema,
  recoveryPointSchema,
  retentionDecisionSchema,
  type Snapshot,
  type SnapshotEntry,
  type Source,
  type SourceList,
  type StartBackup,
  type StartDrill,
  type StartEnvironmentRestore,
  type StartRestore,
  snapshotEntrySchema,
  snapshotSchema,
  sourceListSchema,
  sourceSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { CommandError } from '../command-error.ts';
import type { Connection } from '../host.ts';

/** The HTTP API, typed by the contracts: every answer is parsed before anything looks at it. */
export class ApiClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get embedded(): boolean {
    return this.#connection.embedded;
  }

  /** All of them, after a fresh look around. */
  async sources(): Promise<Pick<SourceList, 'items' | 'warnings'>> {
    let page = await this.#ask(sourceListSchema, 'GET', withQuery('/v1/sources', { refresh: 'true' }));
    const { items, warnings } = page;
    while (page.next !== undefined) {
      page = await this.#ask(sourceListSchema, 'GET', withQuery('/v1/sources', { cursor: page.next }));
      items.push(...page.items);
    }
    return { items, warnings };
  }

  /** As it is now. */
  source(name: string): Promise<Source> {
    return this.#ask(sourceSchema, 'GET', withQuery(`/v1/sources/${segment(name)}`, { refresh: 'true' }));
  }

  declareSource(source: DeclareSource): Promise<Source> {
    return this.#ask(sourceSchema, 'POST', '/v1/sources', source);
  }

  async removeSource(name: string): Promise<void> {
    await this.#connection.request('DELETE', `/v1/sources/${segment(name)}`);
  }

  startBackup(backup: StartBackup): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/backups', backup);
  }

  startRestore(restore: StartRestore): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/restores', restore);
  }

  /** What a restore of an environment would do. Changes nothing. */
  preflight(environment: string, point: string): Promise<EnvironmentPreflight> {
    const path = `/v1/environments/${segment(environment)}/preflight`;
    return this.#ask(environmentPreflightSchema, 'POST', path, { point });
  }

  startEnvironmentRestore(environment: string, restore: StartEnvironmentRestore): Promise<Operation> {
    const path = `/v1/environments/${segment(environment)}/restore`;
    return this.#ask(operationSchema, 'POST', path, restore);
  }

  /** By its id, or the beginning of it. */
  recoveryPoint(id: string): Promise<RecoveryPoint> {
    return this.#ask(recoveryPointSchema, 'GET', `/v1/recovery-points/${segment(id)}`);
  }

  startDrill(drill: StartDrill): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/drills', drill);
  }

  /** The document, as `apply` takes it. */
  configuration(): Promise<Record<string, unknown>> {
    return this.#ask(z.record(z.string(), z.unknown()), 'GET', '/v1/configuration');
  }

  diffConfiguration(diff: DiffConfiguration): Promise<ConfigurationDiff> {
    return this.#ask(configurationDiffSchema, 'POST', '/v1/configuration/diff', diff);
  }

  applyConfiguration(apply: ApplyConfiguration): Promise<{ changes: ConfigurationChange[] }> {
    return this.#ask(appliedConfigurationSchema, 'POST', '/v1/configuration/apply', apply);
  }

  /** Newest first. */
  alerts(state: 'open' | 'all' = 'open'): Promise<Alert[]> {
    return this.#all(alertSchema, '/v1/alerts', { state });
  }

  /** By its id, or the beginning of it. */
  acknowledgeAlert(id: string): Promise<Alert> {
    return this.#ask(alertSchema, 'POST', `/v1/alerts/${segment(id)}/acknowledge`);
  }

  channels(): Promise<Channel[]> {
    return this.#all(channelSchema, '/v1/channels');
  }

  addChannel(channel: AddChannel): Promise<Channel> {
    return this.#ask(channelSchema, 'POST', '/v1/channels', channel);
  }

  editChannel(name: string, change: EditChannel): Promise<Channel> {
    return this.#ask(channelSchema, 'PATCH', `/v1/channels/${segment(name)}`, change);
  }

  async removeChannel(name: string): Promise<void> {
    await this.#connection.request('DELETE', `/v1/channels/${segment(name)}`);
  }

  /** Really sends. */
  testChannel(name: string): Promise<ChannelTest> {
    return this.#ask(channelTestSchema, 'POST', `/v1/channels/${segment(name)}/test`);
  }

  /** Newest first; only those of one source when its name is given. */
  snapshots(source?: string): Promise<Snapshot[]> {
    return this.#all(snapshotSchema, '/v1/snapshots', { source });
  }

  /** Newest first; only those of one environment, or of one pass, when that is given. */
  recoveryPoints(query: { environment?: string; operationId?: string } = {}): Promise<RecoveryPoint[]> {
    return this.#all(recoveryPointSchema, '/v1/recovery-points', query);
  }

  /** By its id or that of its restic snapshot, or the beginning of either. */
  snapshot(id: string): Promise<Snapshot> {
    return this.#ask(snapshotSchema, 'GET', `/v1/snapshots/${segment(id)}`);
  }

  /** What lies in one folder of it, folders first, then by name. */
  snapshotEntries(id: string, path: string): Promise<SnapshotEntry[]> {
    return this.#all(snapshotEntrySchema, `/v1/snapshots/${segment(id)}/entries`, { path, limit: '1000' });
  }

  /** A file or dump as it was, a folder as a tar archive. */
  snapshotContent(id: string, path: string): Promise<AsyncIterable<Uint8Array>> {
    return this.#connection.content(withQuery(`/v1/snapshots/${segment(id)}/download`, { path }));
  }

  /** `id` must be the whole one. `force` deletes the last good snapshot of a source, too. */
  async deleteSnapshot(id: string, { force = false } = {}): Promise<void> {
    const path = `/v1/snapshots/${segment(id)}`;
    await this.#connection.request('DELETE', withQuery(path, { confirmation: id, force: String(force) }));
  }

  /** Says that a suspicious snapshot is good after all: retention counts it from then on. */
  confirmSnapshot(id: string): Promise<Snapshot> {
    return this.#ask(snapshotSchema, 'POST', `/v1/snapshots/${segment(id)}/confirm`);
  }

  /** The newest `limit`, newest first. */
  async operations(limit: number): Promise<Operation[]> {
    const path = withQuery('/v1/operations', { limit: String(limit) });
    return (await this.#ask(pageSchema(operationSchema), 'GET', path)).items;
  }

  operation(id: string): Promise<Operation> {
    return this.#ask(operationSchema, 'GET', `/v1/operations/${segment(id)}`);
  }

  cancelOperation(id: string): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', `/v1/operations/${segment(id)}/cancel`);
  }

  /** Never ends by itself: leave the loop when the operation has ended. */
  async *operationEvents(id: string): AsyncGenerator<OperationEvent> {
    for await (const event of this.#connection.events(`/v1/operations/${segment(id)}/events`)) {
      yield parse(operationEventSchema, event);
    }
  }

  destinations(): Promise<Destination[]> {
    return this.#all(destinationSchema, '/v1/destinations');
  }

  addDestination(destination: AddDestination): Promise<AddedDestination> {
    return this.#ask(addedDestinationSchema, 'POST', '/v1/destinations', destination);
  }

  probeDestination(name: string): Promise<ProbeResult> {
    return this.#ask(probeResultSchema, 'POST', `/v1/destinations/${segment(name)}/probe`);
  }

  async removeDestination(name: string, { force }: { force: boolean }): Promise<void> {
    const path = `/v1/destinations/${segment(name)}`;
    await this.#connection.request('DELETE', withQuery(path, { force: String(force) }));
  }

  /** The default plan first, then by name. */
  plans(): Promise<Plan[]> {
    return this.#all(planSchema, '/v1/plans');
  }

  plan(name: string): Promise<Plan> {
    return this.#ask(planSchema, 'GET', `/v1/plans/${segment(name)}`);
  }

  addPlan(plan: AddPlan): Promise<Plan> {
    return this.#ask(planSchema, 'POST', '/v1/plans', plan);
  }

  /** Changes only what is given. */
  editPlan(name: string, changes: EditPlan): Promise<Plan> {
    return this.#ask(planSchema, 'PATCH', `/v1/plans/${segment(name)}`, changes);
  }

  async removePlan(name: string): Promise<void> {
    await this.#connection.request('DELETE', `/v1/plans/${segment(name)}`);
  }

  /** When it would run and what it would catch. Changes nothing. */
  previewPlan(plan: PreviewPlan): Promise<PlanPreview> {
    return this.#ask(planPreviewSchema, 'POST', '/v1/plans/preview', plan);
  }

  runPlan(name: string): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', `/v1/plans/${segment(name)}/run`);
  }

  previewRetention(source?: string): Promise<RetentionDecision[]> {
    return this.#all(retentionDecisionSchema, '/v1/retention/preview', { source });
  }

  startRetention(): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/retention');
  }

  startPrune(): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/prunes');
  }

  /** Of Holdfast's own database (`main`), or of a source. */
  createAdminSnapshot(request: CreateAdminSnapshot): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/admin/snapshots/create', request);
  }

  restoreAdminSnapshot(request: RestoreAdminSnapshot): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/admin/snapshots/restore', request);
  }

  startCheck(): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/checks');
  }

  doctor(): Promise<DoctorReport> {
    return this.#ask(doctorReportSchema, 'GET', '/v1/doctor');
  }

  recoveryKit(): Promise<RecoveryKit> {
    return this.#ask(recoveryKitSchema, 'GET', '/v1/key/kit');
  }

  /** The recovery kit as a page to print. */
  async recoveryKitDocument(format: 'html' | 'text', { key }: { key: boolean }): Promise<string> {
    const path = withQuery('/v1/key/kit-document', { format, key: String(key) });
    return (await this.#ask(kitDocumentSchema, 'GET', path)).document;
  }

  keyStatus(): Promise<KeyStatus> {
    return this.#ask(keyStatusSchema, 'GET', '/v1/key');
  }

  confirmKey(key: string): Promise<KeyStatus> {
    return this.#ask(keyStatusSchema, 'POST', '/v1/key/confirm', { key });
  }

  adoptKey(password: string): Promise<AdoptedKey> {
    return this.#ask(adoptedKeySchema, 'POST', '/v1/key/adopt', { password });
  }

  /** @param key a person's own; without it, one is generated */
  rotateKey(key?: string): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/key/rotate', { key });
  }

  rotateMasterKey(): Promise<Operation> {
    return this.#ask(operationSchema, 'POST', '/v1/key/rotate-master');
  }

  people(): Promise<Person[]> {
    return this.#all(personSchema, '/v1/people');
  }

  invitePerson(person: InvitePerson): Promise<Invitation> {
    return this.#ask(invitationSchema, 'POST', '/v1/people', person);
  }

  async removePerson(email: string): Promise<void> {
    await this.#connection.request('DELETE', `/v1/people/${segment(email)}`);
  }

  resetPassword(email: string, reset: ResetPassword): Promise<Invitation> {
    return this.#ask(invitationSchema, 'POST', `/v1/people/${segment(email)}/reset-password`, reset);
  }

  tokens(): Promise<ApiToken[]> {
    return this.#all(apiTokenSchema, '/v1/tokens');
  }

  createToken(token: CreateApiToken): Promise<CreatedApiToken> {
    return this.#ask(createdApiTokenSchema, 'POST', '/v1/tokens', token);
  }

  async removeToken(id: string): Promise<void> {
    await this.#connection.request('DELETE', `/v1/tokens/${segment(id)}`);
  }

  async #ask<T extends z.ZodType>(
    answer: T,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.infer<T>> {
    return parse(answer, await this.#connection.request(method, path, body));
  }

  /** Every item of a list that comes in pages. */
  async #all<T extends z.ZodType>(item: T, path: string, query: Query = {}): Promise<z.infer<T>[]> {
    const items: z.infer<T>[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#ask(pageSchema(item), 'GET', withQuery(path, { ...query, cursor }));
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return items;
  }
}

type Query = Readonly<Record<string, string | undefined>>;

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

/** One segment of a path. `.` and `..` would be resolved away on the way, and no such name exists. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..') {
    throw new CommandError('not-found', `There is nothing with the name "${name}".`);
  }
  return encodeURIComponent(name);
}

function parse<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues.map((issue) => issue.path.join('.') || 'the whole').slice(0, 3);
  throw new CommandError('internal', `The server's answer is not as expected (${places.join(', ')}).`, {
    hint: 'Check that the server and this program are of the same version.',
    cause: result.error,
  });
}
