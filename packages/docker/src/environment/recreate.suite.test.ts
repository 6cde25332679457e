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
  await makeContainer(lab, 'zold');
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
    const endpoints = Object.entries(raw.NetworkSettings.Networks).map(([network, endpoint]) => [
      network,
      (endpoint.Aliases ?? []).filter((alias) => alias !== shortId),
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
            mounts: raw.Mounts.map(({ Type, Name, Source, Destination, RW }) => [
              Destination,
              Type,
              Name,
              Source,
              RW,
            ]).sort(),
            endpoints: endpoints.sort(),
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
      listed.reduce((result, { Id, Names }) => result.replaceAll(Id, Names[0] ?? ''), text),
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
