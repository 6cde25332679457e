/**
 * A program that swaps pairs of databases and can be killed at any moment: `rename-pairs.ts <container> <renames>`,
 * the latter in JSON. Says "renaming" when it begins.
 */
import { createDockerHost } from '@holdfast/docker';
import { labDockerHost } from '@holdfast/docker/testing';
import { silentReporter } from '@holdfast/runtime';
import { z } from 'zod';
import { connectServer } from '../connect.ts';
import { renameDatabases } from '../swap.ts';

const renamesSchema = z.array(z.object({ from: z.string(), to: z.string() }));

const [container = '', renames = '[]'] = process.argv.slice(2);
const { server } = await connectServer(
  { container: { id: container, name: container } },
  {
    docker: createDockerHost({ host: labDockerHost() }),
    dataPath: 'exec',
    operationId: 'to be killed',
    reporter: silentReporter,
    signal: new AbortController().signal,
  },
);
process.stdout.write('renaming\n');
await renameDatabases(server, 'template1', renamesSchema.parse(JSON.parse(renames)));
