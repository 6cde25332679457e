import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import type { EnvironmentDefinition } from '@holdfast/contracts';
import { silentReporter } from '@holdfast/runtime';
import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { defineEnvironment, recreate, startOrder, surveyDefinition } from './index.ts';
import {
  idle,
  type LabProject,
  labDocker,
  labEngine,
  labImage,
  labProject,
} from './testing/lab-environment.ts';

const { signal } = new AbortController();
const hostile = `a b'c"d$(touch /tmp/x)\`e\`\\n\nnext line -- ;`;

async function makeContainer(
  { project }: LabProject,
  name: string,
  options: Docker.ContainerCreateOptions = {},
): Promise<Docker.Container> {
  return labEngine.createContainer({
    Image: labImage,
    Cmd: idle,
    StopTimeout: 0,
    ...options,
    name: `${project}-${name}`,
    Labels: {
      'com.docker.compose.project': project,
      'com.docker.compose.service': name,
      'com.docker.compose.oneoff': 'False',
      ...options.Labels,
    },
  });
}

async function makeNetwork({ project }: LabProject, name: string, options: object = {}): Promise<string> {
  const Labels = { 'com.docker.compose.project': project, 'com.docker.compose.network': name };
  const Name = `${project}_${name}`;
  await labEngine.createNetwork({ Name, Labels, ...options });
  return Name;
}

/** A server, a page, one that shares the page's network, and one that was stopped. */
async function makeProject(lab: LabProject): Promise<void> {
  const { project, subnet, folder, port } = lab;
  const back = await makeNetwork(lab, 'back', {
    IPAM: { Config: [{ Subnet: `${subnet}.0/24`, IPRange: `${subnet}.128/25` }] },
    Options: { 'com.docker.network.bridge.enable_icc': 'true' },
    Internal: true,
  });
  const front = await makeNetwork(lab, 'front', { Attachable: true });
  await labEngine.createVolume({
    Name: `${project}_data`,
    Labels: { 'com.docker.compose.project': project, note: hostile },
  });
  await labEngine.createVolume({ Name: `${project}-shared`, DriverOpts: { type: 'tmpfs', device: 'tmpfs' } });
  await writeFile(path.join(folder, 'one.conf'), Buffer.from([0, 255, 10]), { mode: 0o640 });
  const db = await makeContainer(lab, 'db', {
    Env: ['PASSWORD=hunter2-secret', `HOSTILE=${hostile}`, 'EMPTY='],
    Volumes: { '/scratch': {} },
    Healthcheck: { Test: ['CMD-SHELL', `true # ${hostile}`], Interval: 1e9, Retries: 2 },
    MacAddress: '02:42:aa:bb:cc:dd',
    HostConfig: {
      Binds: [`${project}_data:/data`, `${folder}/one.conf:/etc/one.conf:ro`],
      Mounts: [
        { Type: 'bind', Source: folder, Target: '/folder', ReadOnly: true },
        { Type: 'volume', Source: '', Target: '/anonymous' },
        { Type: 'volume', Source: `${project}-shared`, Target: '/shared' },
      ],
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 },
      NetworkMode: back,
      Ulimits: [{ Name: 'nofile', Soft: 100, Hard: 200 }],
      ExtraHosts: ['printer:192.0.2.1'],
      Devices: [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing', CgroupPermissions: 'r' }],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
      Sysctls: { 'net.ipv4.ip_forward': '0' },
      ShmSize: 1024 * 1024,
      Memory: 64 * 1024 * 1024,
      CapAdd: ['SYS_NICE'],
      SecurityOpt: ['no-new-privileges'],
      GroupAdd: ['33'],
      Dns: ['192.0.2.53'],
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [back]: { Aliases: ['database', 'db'], IPAMConfig: { IPv4Address: `${subnet}.7` } },
      },
    },
  });
  const web = await makeContainer(lab, 'web', {
    Labels: { 'com.docker.compose.depends_on': 'db:service_healthy:true', odd: hostile },
    Entrypoint: ['sleep'],
    Cmd: ['1000'],
    Hostname: 'web.example',
    ExposedPorts: { '80/tcp': {} },
    HostConfig: {
      NetworkMode: front,
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }], '81/udp': [{}] },
    },
    NetworkingConfig: { EndpointsConfig: { [front]: { Aliases: ['page'] } } },
  });
  await labEngine.getNetwork(back).connect({
    Container: web.id,
    EndpointConfig: { Aliases: ['inner'], IPAMConfig: { IPv4Address: `${subnet}.8` } },
  });
  const beside = await makeContainer(lab, 'beside', {
    HostConfig: { NetworkMode: `container:${web.id}`, PidMode: `container:${web.id}`, VolumesFrom: [db.id] },
  });
  const linked = await makeContainer(lab, 'alinked', {
    HostConfig: { Links: [`${project}-zold:old`] },
  }).catch(() => undefined);
  expect(linked).toBeUndefined();
  await makeContainer(lab, 'zold', { HostConfig: {} });
  await makeContainer(lab, 'alinked', { HostConfig: { Links: [`${project}-zold:old`] } });
  await makeContainer(lab, 'run-1', { Labels: { 'com.docker.compose.oneoff': 'True' } });
  for (const container of [db, web, beside]) await container.start();
}

/** What the engine says of the project's containers, without what is of the moment. */
async function inspectAll(definition: EnvironmentDefinition): Promise<unknown[]> {
  const inspected: unknown[] = [];
  const { nameOf } = await idsByName();
  for (const { name } of definition.containers) {
    const raw = await labEngine.getContainer(name).inspect();
    const shortId = raw.Id.slice(0, 12);
    const { Hostname, ...config } = raw.Config;
    const { Binds: _binds, Mounts: _mounts, ...host } = raw.HostConfig;
    const endpoints = Object.entries(raw.NetworkSettings.Networks)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([network, endpoint]) => [
        network,
        (endpoint.Aliases ?? []).filter((alias: string) => alias !== shortId),
        endpoint.IPAMConfig ?? null,
        endpoint.Links ?? null,
      ]);
    inspected.push(
      JSON.parse(
        nameOf(
          JSON.stringify({
            config: { ...config, Env: config.Env.toSorted() },
            hostname:
              Hostname === shortId || raw.HostConfig.NetworkMode?.startsWith('container:') ? '' : Hostname,
            host,
            image: raw.Image,
            // What is mounted says more than how it was declared: anonymous volumes get names.
            mounts: raw.Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
              Destination,
              Type,
              Name,
              Source,
              RW,
            })).sort((one, other) => one.Destination.localeCompare(other.Destination)),
            endpoints,
          }),
        ),
      ),
    );
  }
  return inspected;
}

/** Replaces the ids of all containers by their names. */
async function idsByName() {
  const listed = await labEngine.listContainers({ all: true });
  return {
    nameOf: (text: string) =>
      listed.reduce((result, { Id, Names }) => result.replaceAll(Id, Names[0]?.slice(1) ?? ''), text),
  };
}

const define = ({ project }: LabProject) => defineEnvironment(labDocker, { environment: project }, signal);
const survey = (definition: EnvironmentDefinition) => surveyDefinition(labDocker, definition, signal);

async function remake(definition: EnvironmentDefinition) {
  return recreate(labDocker, definition, await survey(definition), { signal, reporter: silentReporter });
}

it('makes everything as it was', async () => {
  await using lab = await labProject();
  await makeProject(lab);
  const definition = await define(lab);
  expect(definition.warnings).toEqual([]);
  expect(definition.containers.map(({ name }) => name.slice(lab.project.length + 1))).toEqual([
    'alinked',
    'beside',
    'db',
    'web',
    'zold',
  ]);
  expect((await survey(definition)).containers.map(({ state }) => state)).toEqual(Array(5).fill('same'));
  const [before, networks] = [await inspectAll(definition), definition.networks];
  expect(networks.map(({ name, external }) => [name, external])).toEqual([
    [`${lab.project}_back`, false],
    [`${lab.project}_front`, false],
  ]);

  await lab.destroy();
  await rm(path.join(lab.folder, 'one.conf'));
  const missing = await survey(definition);
  expect(missing.problems).toEqual([]);
  expect(missing.containers.map(({ state }) => state)).toEqual(Array(5).fill('missing'));
  expect(missing.files).toContainEqual({
    path: path.join(lab.folder, 'one.conf'),
    type: 'file',
    state: 'missing',
  });
  const { made, warnings } = await remake(definition);
  expect(warnings).toEqual([]);
  expect(made.volumes).toHaveLength(4);
  for (const { name, running } of startOrder(definition)) {
    if (running) await labDocker.lifecycle.start(name);
  }
  expect(await inspectAll(definition)).toEqual(before);
  expect(await readFile(path.join(lab.folder, 'one.conf'))).toEqual(Buffer.from([0, 255, 10]));
  expect((await stat(path.join(lab.folder, 'one.conf'))).mode & 0o777).toBe(0o640);
  expect({ ...(await define(lab)), time: '' }).toEqual({ ...definition, time: '' });
  expect((await survey(definition)).containers.map(({ state }) => state)).toEqual(Array(5).fill('same'));
});

/** Two containers in one network, none of them running. */
async function makeSmallProject(lab: LabProject, options: Docker.ContainerCreateOptions = {}): Promise<void> {
  const network = await makeNetwork(lab, 'net', { IPAM: { Config: [{ Subnet: `${lab.subnet}.0/24` }] } });
  const HostConfig = { ...options.HostConfig, NetworkMode: network };
  const first = await makeContainer(lab, 'one', { Env: ['PASSWORD=hunter2-secret'], ...options, HostConfig });
  await first.start();
  await makeContainer(lab, 'two', {
    HostConfig: { NetworkMode: network, Binds: [`${lab.project}_data:/data`] },
  });
}

async function listNames({ project }: LabProject): Promise<string[]> {
  const containers = await labEngine.listContainers({ all: true });
  const { Volumes } = await labEngine.listVolumes();
  const names = [
    ...containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))),
    ...Volumes.map(({ Name }) => Name),
    ...(await labEngine.listNetworks()).map(({ Name }) => Name),
  ];
  return names.filter((name) => name.startsWith(project)).sort();
}

it('makes only what is missing, and undoes only that, twice', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  const all = await listNames(lab);
  const two = await labEngine.getContainer(`${lab.project}-two`).inspect();
  await labEngine.getContainer(two.Id).remove();
  await labEngine.getVolume(`${lab.project}_data`).remove();
  const left = await listNames(lab);
  const one = await labEngine.getContainer(`${lab.project}-one`).inspect();
  const recreation = await remake(definition);
  expect(recreation.made).toMatchObject({
    networks: [],
    volumes: [`${lab.project}_data`],
    containers: [`${lab.project}-two`],
  });
  expect(await listNames(lab)).toEqual(all);
  expect((await remake(definition)).made.containers).toEqual([]);
  for (let run = 0; run < 2; run++) await recreation.undo();
  expect(await listNames(lab)).toEqual(left);
  expect((await labEngine.getContainer(one.Id).inspect()).State.StartedAt).toBe(one.State.StartedAt);
});

it('says what differs, in words and without values', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  await labEngine.getContainer(`${lab.project}-one`).remove({ force: true });
  await makeContainer(lab, 'one', {
    Env: ['PASSWORD=another-secret'],
    HostConfig: { Memory: 8 * 1024 * 1024 },
  });
  await makeContainer(lab, 'three');
  const found = await survey(definition);
  expect(found.containers[0]).toMatchObject({ state: 'differs', running: false });
  expect(found.containers[0]?.differences).toEqual(
    expect.arrayContaining(['Memory', 'environment', 'networks']),
  );
  expect(found.problems).toEqual([]);
  expect(found.notes.join('\n')).toContain(`${lab.project}-three is newer`);
  expect(JSON.stringify(found)).not.toContain('secret');
});

it('refuses where a stranger has a name, before it changes anything', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  await lab.destroy();
  await makeContainer(lab, 'two', { Labels: { 'com.docker.compose.project': 'stranger' } });
  await expect(remake(definition)).rejects.toMatchObject({
    code: 'container-name-taken',
    message: expect.stringContaining(`${lab.project}-two`),
  });
  expect(await listNames(lab)).toEqual([`${lab.project}-two`]);
});

it.each(['tcp', 'udp'])('finds that a %s port is taken by another container', async (protocol) => {
  await using lab = await labProject();
  const HostConfig = { PortBindings: { [`80/${protocol}`]: [{ HostPort: String(lab.port) }] } };
  const ExposedPorts = { [`80/${protocol}`]: {} };
  await makeSmallProject(lab, { ExposedPorts, HostConfig });
  const definition = await define(lab);
  await lab.destroy();
  const options = { Labels: { 'com.docker.compose.project': 'stranger' }, ExposedPorts, HostConfig };
  await (await makeContainer(lab, 'stranger', options)).start();
  expect((await survey(definition)).problems).toEqual([
    {
      code: 'port-taken',
      detail: `The port ${lab.port}/${protocol} of ${lab.project}-one is taken by the container ${lab.project}-stranger.`,
    },
  ]);
  await expect(remake(definition)).rejects.toMatchObject({ code: 'port-taken' });
});

it('finds that a port is taken by another process, and is content once it is free', async () => {
  await using lab = await labProject();
  const places = [{ HostIp: '127.0.0.1', HostPort: String(lab.port) }];
  await makeSmallProject(lab, { HostConfig: { PortBindings: { '80/tcp': places } } });
  const definition = await define(lab);
  // It publishes the port itself: no problem.
  expect((await survey(definition)).ports).toEqual([]);
  await lab.destroy();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(lab.port, '127.0.0.1', resolve));
  expect((await survey(definition)).ports).toEqual([
    { container: `${lab.project}-one`, port: `127.0.0.1:${lab.port}/tcp` },
  ]);
  await new Promise((resolve) => server.close(resolve));
  expect((await survey(definition)).ports).toEqual([]);
});

it('names an image that cannot be had, before it changes anything', async () => {
  await using lab = await labProject();
  const image = `${lab.project}.invalid/gone:1`;
  await labEngine.getImage(labImage).tag({ repo: `${lab.project}.invalid/gone`, tag: '1' });
  await makeSmallProject(lab, { Image: image });
  const definition = await define(lab);
  await lab.destroy();
  await labEngine.getImage(image).remove();
  const [one, two] = definition.containers;
  if (one === undefined || two === undefined) throw new Error('two containers are defined');
  // The very image is here under another name: it gets its name back.
  expect((await survey(definition)).images[0]).toMatchObject({ state: 'present', nameFree: true });
  // And as if it was not here any more.
  const gone = { ...definition, containers: [{ ...one, imageId: `sha256:${'0'.repeat(64)}` }, two] };
  expect((await survey(gone)).images[0]).toMatchObject({ state: 'pullable', reference: image, exact: false });
  await expect(remake(gone)).rejects.toMatchObject({
    code: 'image-missing',
    message: expect.stringContaining(image),
  });
  const nameless = { ...gone, containers: gone.containers.map((one) => ({ ...one, image: one.imageId })) };
  expect((await survey(nameless)).problems).toMatchObject([{ code: 'image-missing' }]);
  expect(await listNames(lab)).toEqual([]);
  await (await remake(definition)).undo();
  expect((await labEngine.getImage(image).inspect()).Id).toBe(one.imageId);
  await labEngine.getImage(image).remove();
});

it('takes the image of the same name where the old one is gone, and says so', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  await lab.destroy();
  const replaced = {
    ...definition,
    containers: definition.containers.map((one) => ({ ...one, imageId: `sha256:${'0'.repeat(64)}` })),
  };
  const { warnings } = await remake(replaced);
  expect(warnings).toEqual([expect.stringContaining(`was made from the image ${labImage} as it is now`)]);
});

it('gives a network other addresses where its own are taken, unless a container has a fixed one', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  await lab.destroy();
  const fixed = structuredClone(definition);
  Object.assign(fixed.containers[0]?.create ?? {}, {
    NetworkingConfig: {
      EndpointsConfig: { [`${lab.project}_net`]: { IPAMConfig: { IPv4Address: `${lab.subnet}.7` } } },
    },
  });
  const Config = [{ Subnet: `${lab.subnet}.64/26` }];
  await labEngine.createNetwork({ Name: `${lab.project}-other`, IPAM: { Config } });
  expect((await survey(fixed)).problems).toMatchObject([{ code: 'network-overlap' }]);
  const found = await survey(definition);
  expect(found.networks[0]?.collidesWith).toEqual([`the network ${lab.project}-other`]);
  expect(found.problems).toEqual([]);
  const { made } = await remake(definition);
  expect(made.networks).toEqual([`${lab.project}_net`]);
});

it('removes what it had made when the engine refuses, and repeats no secret', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  await lab.destroy();
  const [one, two] = definition.containers;
  if (one === undefined || two === undefined) throw new Error('two containers are defined');
  const refused = { ...two, create: { ...two.create, Env: ['=hunter2-secret'], Cmd: [] } };
  const error: unknown = await remake({ ...definition, containers: [one, refused] }).catch(
    (caught) => caught,
  );
  expect(error).toMatchObject({ name: 'HoldfastError', message: expect.stringContaining(two.name) });
  expect(String(error)).not.toContain('hunter2');
  expect(await listNames(lab)).toEqual([]);
});

it('stops when it is cancelled, and removes what it had made', async () => {
  await using lab = await labProject();
  await makeSmallProject(lab);
  const definition = await define(lab);
  await lab.destroy();
  const controller = new AbortController();
  const reporter = {
    ...silentReporter,
    step: (name: string) => name.endsWith('-two') && controller.abort(),
  };
  const options = { signal: controller.signal, reporter };
  const more = definition.containers.map((one) => ({ ...one, name: `${one.name}-more` }));
  const longer = { ...definition, containers: [...definition.containers, ...more] };
  await expect(recreate(labDocker, longer, await survey(longer), options)).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(await listNames(lab)).toEqual([]);
});

it('finds a container that cannot be started any more, because it shares something of one that is gone', async () => {
  await using lab = await labProject();
  const web = await makeContainer(lab, 'web');
  await makeContainer(lab, 'beside', { HostConfig: { NetworkMode: `container:${web.id}` } });
  const definition = await define(lab);
  expect((await survey(definition)).problems).toEqual([]);
  await web.remove();
  expect((await survey(definition)).problems).toMatchObject([{ code: 'container-orphaned' }]);
  await labEngine.getContainer(`${lab.project}-beside`).remove();
  const found = await survey(definition);
  expect(found.problems).toEqual([]);
  expect(found.notes).toEqual([expect.stringContaining(`${lab.project}-beside shares something`)]);
  const { made } = await remake(definition);
  expect(made.containers).toEqual([`${lab.project}-web`, `${lab.project}-beside`]);
});

it('keeps what it cannot read as a sentence, and does not fail for it', async () => {
  await using lab = await labProject();
  const at = (name: string) => path.join(lab.folder, name);
  await writeFile(at('large'), Buffer.alloc(1024 * 1024 + 1));
  await writeFile(at('full'), Buffer.alloc(1024 * 1024, 1));
  const names = ['large', 'full', 'gone'];
  await makeContainer(lab, 'one', {
    Labels: { 'com.docker.compose.project.config_files': `${at('no such, file')},relative.yaml` },
    HostConfig: { Binds: [...names.map((name) => `${at(name)}:/${name}`), '/dev/null:/null'] },
  });
  await rm(at('gone'), { recursive: true, force: true });
  const { files, warnings } = await define(lab);
  expect(files.map((file) => file.path)).toEqual([at('full')]);
  expect(warnings.join('\n')).toContain('larger than 1 MiB');
  expect(warnings.join('\n')).toContain(JSON.stringify(at('gone')));
  expect(warnings).toHaveLength(3);
});
