import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type EnvironmentDefinition, environmentDefinitionSchema } from '@holdfast/contracts';
import {
  idle,
  type LabProject,
  labDocker,
  labEngine,
  labImage,
  labProject,
} from '@holdfast/docker/testing/environment';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RestoreRequest } from '../source.ts';
import { type TestContext, testContext } from '../testing/context.ts';
import { FolderStore } from '../testing/folder-store.ts';
import { environmentSource } from './environment-source.ts';

// Not the shared suite: a swap here keeps nothing previous and changes nothing that exists, it only makes what is missing.

const secret = 'correct-horse-battery-staple';

/** A stopped container in a network, with a volume and a mounted file; the secret wherever one may be. */
async function makeProject({ project, folder }: LabProject): Promise<void> {
  const own = { 'com.docker.compose.project': project };
  await labEngine.createNetwork({ Name: `${project}_net`, Labels: own });
  await labEngine.createVolume({ Name: `${project}_data`, Labels: { ...own, password: secret } });
  await writeFile(path.join(folder, 'app.conf'), `password = ${secret}`);
  await labEngine.createContainer({
    name: `${project}-app`,
    Image: labImage,
    Cmd: [...idle, secret],
    Env: [`PASSWORD=${secret}`],
    Labels: { ...own, 'com.docker.compose.service': 'app', token: secret },
    Healthcheck: { Test: ['CMD', 'check', secret] },
    HostConfig: {
      NetworkMode: `${project}_net`,
      Binds: [
        `${project}_data:/data`,
        `${folder}/app.conf:/app.conf`,
        `${folder}/gone-${project}.conf:/gone.conf`,
      ],
    },
  });
}

async function start() {
  const lab = await labProject();
  onTestFinished(() => lab[Symbol.asyncDispose]());
  const store = await FolderStore.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  await makeProject(lab);
  const context = testContext({ docker: labDocker });
  return { lab, store, context, locator: { environment: lab.project, project: lab.project } };
}
type Started = Awaited<ReturnType<typeof start>>;

async function backUp({ store, context, locator }: Started, overrides: Partial<TestContext> = {}) {
  const used = { ...context, ...overrides };
  return store.save('environment', await environmentSource.capture(locator, used), used.signal);
}

async function contentOf(request: RestoreRequest): Promise<string> {
  const [reader] = request.parts;
  if (reader === undefined) throw new Error('the snapshot has a part');
  const { stream } = await reader.stream();
  return Buffer.concat(await stream.toArray()).toString('utf8');
}

/** The request with its only part replaced. */
function holding(request: RestoreRequest, content: string): RestoreRequest {
  const parts = request.parts.map((reader) => ({
    ...reader,
    stream: async () => ({ stream: Readable.from([Buffer.from(content)]), done: Promise.resolve() }),
  }));
  return { ...request, parts };
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('capture', () => {
  it('stores the definition with the members of the pass, and counts what it lists', async () => {
    const started = await start();
    const members = [
      { sourceId: randomUUID(), source: 'app.db', kind: 'postgres', snapshotId: randomUUID() },
    ];
    const snapshot = await backUp(started, { members });
    const stored = environmentDefinitionSchema.parse(JSON.parse(await contentOf(snapshot.request('swap'))));
    expect(stored).toMatchObject({ environment: started.lab.project, project: started.lab.project, members });
    expect(snapshot.manifest.counts).toEqual({ containers: 1, networks: 1, volumes: 1, files: 1 });
    expect(snapshot.manifest.versions).toMatchObject({
      docker: expect.any(String),
      [`${started.lab.project}-app`]: labImage,
    });
  });

  it('writes equal text for an equal environment', async () => {
    const started = await start();
    const texts = [await backUp(started), await backUp(started)].map(async (snapshot) =>
      (await contentOf(snapshot.request('swap'))).replace(/"time": "[^"]*"/, ''),
    );
    const [first, second] = await Promise.all(texts);
    expect(second).toBe(first);
  });

  it('finds a stored source again by its locator, and an environment by its name', () => {
    const detected = environmentSource.detectEnvironment?.({ name: 'shop', project: 'shop' });
    expect(environmentSource.locator.parse(detected?.locator)).toEqual({
      environment: 'shop',
      project: 'shop',
    });
    expect(environmentSource.detectEnvironment?.({ name: 'shop' })).toEqual({
      locator: { environment: 'shop' },
    });
  });

  it('rejects for an environment that has no containers, and when it was cancelled', async () => {
    const started = await start();
    await expect(backUp(started, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await started.lab.destroy();
    await expect(backUp(started)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('stops midway when cancelled', async () => {
    const { locator, context, store } = await start();
    const controller = new AbortController();
    const capture = await environmentSource.capture(locator, { ...context, signal: controller.signal });
    controller.abort();
    await expect(store.save('environment', capture, controller.signal)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('restore', () => {
  it('makes what was lost, says so in words, and takes it back, twice', async () => {
    const started = await start();
    const { lab, locator, context } = started;
    const snapshot = await backUp(started);
    const before = await contentOf(snapshot.request('swap'));
    await lab.destroy();
    await rm(path.join(lab.folder, 'app.conf'));
    const report = await environmentSource.restore(locator, snapshot.request('swap'), context);
    expect(report).toMatchObject({
      restored: [
        `file ${path.join(lab.folder, 'app.conf')}`,
        `network ${lab.project}_net`,
        `volume ${lab.project}_data`,
        `container ${lab.project}-app`,
      ],
      previous: [],
      verified: snapshot.manifest.counts,
    });
    const parse = (text: string): EnvironmentDefinition => ({
      ...environmentDefinitionSchema.parse(JSON.parse(text)),
      time: '',
    });
    expect(parse(await contentOf((await backUp(started)).request('swap')))).toEqual(parse(before));
    for (let run = 0; run < 2; run++) await environmentSource.revert?.(locator, report, context);
    await expect(backUp(started)).rejects.toMatchObject({ code: 'not-found' });
    await expect(labDocker.resources.volume(`${lab.project}_data`)).resolves.toBeUndefined();
    await expect(labDocker.resources.network(`${lab.project}_net`)).resolves.toBeUndefined();
  });

  it('leaves alone what exists, also when it takes back', async () => {
    const started = await start();
    const { lab, locator, context } = started;
    const snapshot = await backUp(started);
    // Mounts come in another order each time.
    const look = async () => ({
      ...(await labEngine.getContainer(`${lab.project}-app`).inspect()),
      Mounts: [],
    });
    const before = await look();
    const report = await environmentSource.restore(locator, snapshot.request('swap'), context);
    expect(report.restored).toEqual([]);
    await environmentSource.revert?.(locator, report, context);
    expect(await look()).toEqual(before);
  });

  it.each(['beside', 'in-place'] as const)('has no form %s', async (mode) => {
    const started = await start();
    const request = (await backUp(started)).request(mode);
    await expect(environmentSource.restore(started.locator, request, started.context)).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('changes nothing when the definition is not what was stored', async () => {
    const started = await start();
    const { lab, locator, context } = started;
    const snapshot = await backUp(started);
    await lab.destroy();
    const request = snapshot.request('swap');
    const counts = { ...request.manifest.counts, containers: 2 };
    const altered = { ...request, manifest: { ...request.manifest, counts } };
    await expect(environmentSource.restore(locator, altered, context)).rejects.toMatchObject({
      code: 'restore-verification-failed',
    });
    const cut = snapshot.request('swap', { breakOff: true });
    await expect(environmentSource.restore(locator, cut, context)).rejects.toThrow();
    const aborted = { ...context, signal: AbortSignal.abort() };
    await expect(environmentSource.restore(locator, request, aborted)).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(backUp(started)).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('lets no secret out of the stored definition: not into facts, logs, reports or errors', async () => {
  const started = await start();
  const { lab, locator, context } = started;
  const snapshot = await backUp(started);
  const content = await contentOf(snapshot.request('swap'));
  expect(content).toContain(secret);
  expect(content).toContain(Buffer.from(`password = ${secret}`).toString('base64'));
  const shown: unknown[] = [snapshot.manifest, [...snapshot.attachments], snapshot.manifest.warnings];
  expect(snapshot.manifest.warnings).toEqual([expect.stringContaining(`gone-${lab.project}.conf`)]);

  const request = snapshot.request('swap');
  // Everything is there, but changed; then it is gone and the engine refuses; then the text is broken.
  await labEngine.getContainer(`${lab.project}-app`).remove();
  await labEngine.createContainer({
    name: `${lab.project}-app`,
    Image: labImage,
    Labels: { 'com.docker.compose.project': lab.project },
  });
  const report = await environmentSource.restore(locator, request, context);
  expect(report.warnings.join()).toContain('was changed since');
  shown.push(report);
  await lab.destroy();
  const refused = content.replace(`"PASSWORD=${secret}"`, `"=${secret}"`);
  const broken = [
    refused,
    content.slice(0, -20),
    content.replace('"running": false', `"running": "${secret}"`),
  ];
  for (const text of broken) {
    const error = await errorOf(environmentSource.restore(locator, holding(request, text), context));
    expect(error).toMatchObject({ name: 'HoldfastError' });
    for (let cause = error; cause instanceof Error; cause = cause.cause) shown.push(cause.message, cause);
  }
  shown.push(context.logged);
  expect(JSON.stringify(shown)).not.toContain(secret);
  expect(JSON.stringify(shown)).not.toContain(Buffer.from(secret).toString('base64').slice(4, -4));
});
