import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentDefinition } from '@holdfast/contracts';
import { silentReporter } from '@holdfast/runtime';
import { expect, it } from 'vitest';
import { defineEnvironment, type Recreation, recreate, startOrder, surveyDefinition } from './index.ts';
import { compose } from './testing/lab-compose.ts';
import { type LabProject, labDocker, labEngine, labImage, labProject } from './testing/lab-environment.ts';

const { signal } = new AbortController();

/** What people write: most of what Compose can say about a service. */
function composeFile({ subnet, port }: LabProject): string {
  return `
services:
  db:
    image: ${labImage}
    command: [sleep, "1000"]
    stop_grace_period: 0s
    environment: { PASSWORD: "\${PASSWORD}", HOSTILE: "a b\\"c'd$$(e)\\n\`f\`" }
    volumes: [ "dbdata:/data", "/scratch", "./db.conf:/etc/db.conf:ro", "./conf.d:/etc/conf.d" ]
    healthcheck: { test: ["CMD", "true"], interval: 1s, retries: 3 }
    restart: unless-stopped
    networks: { back: { ipv4_address: ${subnet}.5, aliases: [database] } }
    ulimits: { nofile: { soft: 1000, hard: 2000 } }
    shm_size: 128m
    tmpfs: [ /run ]
    secrets: [ token ]
  web:
    image: ${labImage}
    entrypoint: [sleep]
    command: ["1000"]
    stop_grace_period: 0s
    hostname: web.example
    depends_on: { db: { condition: service_healthy } }
    networks: [ back, front ]
    ports: [ "127.0.0.1:${port}:80" ]
    extra_hosts: [ "printer:192.0.2.7" ]
    labels: { purpose: "tests, \\"quoted\\"" }
    logging: { driver: json-file, options: { max-size: 1m } }
    cap_drop: [ ALL ]
    read_only: true
    init: true
    user: "1000:1000"
    working_dir: /tmp
    mem_limit: 64m
  worker:
    image: ${labImage}
    command: sleep 1000
    scale: 2
    depends_on: [ db ]
    networks: [ back ]
    stop_grace_period: 0s
volumes: { dbdata: { labels: { owner: tests } } }
networks:
  back: { ipam: { config: [ { subnet: ${subnet}.0/24 } ] }, internal: true }
  front: {}
secrets: { token: { file: ./token } }
`;
}

/** Ids of the project's containers, by name. */
async function containerIds({ project }: LabProject): Promise<Record<string, string>> {
  const listed = await labEngine.listContainers({ all: true });
  const own = listed.flatMap(({ Id, Names }) => Names.map((name) => [name.slice(1), Id] as const));
  return Object.fromEntries(
    own.filter(([name]) => name.startsWith(project)).toSorted(([one], [other]) => one.localeCompare(other)),
  );
}

/** Removes the project with its folder, then makes it from its definition, and starts what ran. */
async function loseAndRecreate(project: LabProject, definition: EnvironmentDefinition): Promise<Recreation> {
  await compose(project, 'down', '--volumes');
  await rm(project.folder, { recursive: true });
  expect(await containerIds(project)).toEqual({});
  const survey = await surveyDefinition(labDocker, definition, signal);
  expect(survey.problems).toEqual([]);
  const recreation = await recreate(labDocker, definition, survey, { signal, reporter: silentReporter });
  for (const { name, running } of startOrder(definition)) {
    if (running) await labDocker.lifecycle.start(name);
  }
  return recreation;
}

it('makes a project of Docker Compose again that Compose recognises and has nothing to change in', async () => {
  await using project = await labProject();
  const at = (name: string) => path.join(project.folder, name);
  await writeFile(at('compose.yaml'), composeFile(project));
  await writeFile(at('.env'), 'PASSWORD=s3cret value\n', { mode: 0o600 });
  await writeFile(at('db.conf'), 'setting = 1\n', { mode: 0o640 });
  await writeFile(at('token'), 'the-token');
  await mkdir(at('conf.d'), { mode: 0o750 });
  await compose(project, 'up', '--detach');
  await compose(project, 'stop', 'worker');

  const name = { environment: project.project };
  const definition = await defineEnvironment(labDocker, name, signal);
  expect(definition.warnings).toEqual([]);
  expect(definition.files.map((file) => file.path).sort()).toEqual(
    ['.env', 'compose.yaml', 'db.conf', 'token'].map(at),
  );
  const before = await containerIds(project);
  const { made, warnings } = await loseAndRecreate(project, definition);
  expect(warnings).toEqual([]);
  expect(await readFile(at('.env'), 'utf8')).toBe('PASSWORD=s3cret value\n');
  expect(made.containers.toSorted()).toEqual(Object.keys(before));

  const after = await containerIds(project);
  const listed: unknown[] = (
    await compose(project, 'ps', '--all', '--format', '{{.Name}} {{.Service}} {{.State}}')
  )
    .trim()
    .split('\n')
    .sort();
  expect(listed).toEqual(
    ['db-1 db running', 'web-1 web running', 'worker-1 worker created', 'worker-2 worker created'].map(
      (line) => `${project.project}-${line}`,
    ),
  );
  await compose(project, 'up', '--detach');
  expect(await containerIds(project)).toEqual(after);
  expect(await compose(project, 'up', '--detach')).not.toMatch(/Recreat|Creat/);

  await compose(project, 'stop', 'worker');
  const again = await defineEnvironment(labDocker, name, signal);
  expect({ ...again, time: '' }).toEqual({ ...definition, time: '' });
});

/** Compose's hash of such a service holds the id of the other container: it remakes it whenever that one is new. */
it('makes services that share namespaces of others, which Compose makes anew once, and nothing else', async () => {
  await using project = await labProject();
  const file = `
services:
  web: { image: "${labImage}", command: sleep 1000, stop_grace_period: 0s, volumes: [ /scratch ] }
  beside: { image: "${labImage}", command: sleep 1000, stop_grace_period: 0s, network_mode: "service:web", pid: "service:web" }
  reader: { image: "${labImage}", command: sleep 1000, stop_grace_period: 0s, volumes_from: [ "web:ro" ] }
`;
  await writeFile(path.join(project.folder, 'compose.yaml'), file);
  await compose(project, 'up', '--detach');
  const name = { environment: project.project };
  const definition = await defineEnvironment(labDocker, name, signal);
  await loseAndRecreate(project, definition);
  const again = await defineEnvironment(labDocker, name, signal);
  expect({ ...again, time: '' }).toEqual({ ...definition, time: '' });

  const made = await containerIds(project);
  await compose(project, 'up', '--detach');
  const after = await containerIds(project);
  const web = `${project.project}-web-1`;
  expect(Object.keys(after)).toEqual(Object.keys(made));
  expect(after[web]).toBe(made[web]);
  await compose(project, 'up', '--detach');
  expect(await containerIds(project)).toEqual(after);
});
