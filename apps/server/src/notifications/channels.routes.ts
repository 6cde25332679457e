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
    { config: { access: 'operator' }, schema: { response: { 200: pageSchema(channelSchema) } } },
    async () => ({ items: await channels.list() }),
  );

  app.post(
    '/v1/channels',
    { config: { access: 'admin' }, schema: { body: addChannelSchema, response: { 201: channelSchema } } },
    async (request, reply) => reply.status(201).send(await channels.view(await channels.add(request.body))),
  );

  app.patch(
    '/v1/channels/:channel',
    {
      config: { access: 'admin' },
      schema: { params, body: editChannelSchema, response: { 200: channelSchema } },
    },
    async (request) => channels.view(await channels.edit(request.params.channel, request.body)),
  );

  app.delete(
    '/v1/channels/:channel',
    { config: { access: 'admin' }, schema: { params } },
    async (request, reply) => {
      await channels.remove(request.params.channel);
      return reply.status(204).send();
    },
  );

  app.post(
    '/v1/channels/:channel/test',
    { config: { access: 'admin' }, schema: { params, response: { 200: channelTestSchema } } },
    (request) => channels.test(request.params.channel),
  );
}
