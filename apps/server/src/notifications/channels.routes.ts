import {
  addChannelSchema,
  channelSchema,
  channelTestSchema,
  editChannelSchema,
  pageSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import type { HttpApp } from '../http/http-app.ts';
import type { ChannelsService } from './channels.service.ts';

const params = z.object({ channel: z.string().min(1) });

export function addChannelRoutes(app: HttpApp, channels: ChannelsService): void {
  app.get(
    '/v1/channels',
    {
      config: { access: 'operator' },
      schema: {
        operationId: 'listChannels',
        summary: 'Who is told of alerts, and how.',
        tags: ['notifications'],
        response: { 200: pageSchema(channelSchema) },
      },
    },
    async () => ({ items: await channels.list() }),
  );

  app.post(
    '/v1/channels',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'addChannel',
        summary: 'Adds a way to tell of alerts.',
        tags: ['notifications'],
        problems: ['conflict'],
        body: addChannelSchema,
        response: { 201: channelSchema },
      },
    },
    async (request, reply) => reply.status(201).send(await channels.view(await channels.add(request.body))),
  );

  app.patch(
    '/v1/channels/:channel',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'editChannel',
        summary: 'Changes a way to tell of alerts.',
        tags: ['notifications'],
        problems: ['conflict'],
        params,
        body: editChannelSchema,
        response: { 200: channelSchema },
      },
    },
    async (request) => channels.view(await channels.edit(request.params.channel, request.body)),
  );

  app.delete(
    '/v1/channels/:channel',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'removeChannel',
        summary: 'Removes a way to tell of alerts.',
        tags: ['notifications'],
        params,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await channels.remove(request.params.channel);
      return reply.status(204).send();
    },
  );

  app.post(
    '/v1/channels/:channel/test',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'testChannel',
        summary: 'Sends a message to see whether it arrives.',
        tags: ['notifications'],
        params,
        response: { 200: channelTestSchema },
      },
    },
    (request) => channels.test(request.params.channel),
  );
}
