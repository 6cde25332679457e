import {
  acceptInvitationSchema,
  changePersonSchema,
  invitationSchema,
  invitePersonSchema,
  pageSchema,
  personSchema,
  resetPasswordSchema,
  setUpSchema,
  setUpStateSchema,
  whoAmISchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import { visitorOf } from '../http/visitor.ts';
import type { OpenSession } from '../sign-in/sign-in.routes.ts';
import type { SignInService } from '../sign-in/sign-in.service.ts';
import type { PeopleService } from './people.service.ts';
import { toPerson } from './person.ts';
import type { SetUpService } from './set-up.service.ts';

/** The id or the e-mail address of a person. */
const params = z.object({ id: z.string().min(1) });

export function addPeopleRoutes(app: HttpApp, people: PeopleService): void {
  app.get(
    '/v1/people',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'listPeople',
        summary: 'Who may sign in.',
        tags: ['people'],
        response: { 200: pageSchema(personSchema) },
      },
    },
    async () => ({ items: (await people.list()).map(toPerson) }),
  );

  app.post(
    '/v1/people',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'invitePerson',
        summary: 'Invites a person; the answer holds the one-time code.',
        tags: ['people'],
        problems: ['conflict'],
        body: invitePersonSchema,
        response: { 201: invitationSchema },
      },
    },
    async (request, reply) => {
      const invitation = await people.invite(requirePrincipal(request), request.body);
      const { id, email, role } = invitation.person;
      request.about = { person: id, email, role };
      return reply.status(201).header('cache-control', 'no-store').send(invitation);
    },
  );

  app.patch(
    '/v1/people/:id',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'changePerson',
        summary: 'Changes the name or role of a person.',
        tags: ['people'],
        problems: ['last-owner', 'conflict'],
        params,
        body: changePersonSchema,
        response: { 200: personSchema },
      },
    },
    async (request) => {
      const { email, role } = await people.get(request.params.id);
      request.about = {
        email,
        ...(request.body.role === undefined ? {} : { from: role, to: request.body.role }),
      };
      return toPerson(await people.change(request.params.id, request.body));
    },
  );

  app.delete(
    '/v1/people/:id',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'removePerson',
        summary: 'Removes a person, with sessions and tokens.',
        tags: ['people'],
        problems: ['last-owner'],
        params,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      request.about = { email: (await people.get(request.params.id)).email };
      await people.remove(request.params.id);
      return reply.status(204).send();
    },
  );

  app.post(
    '/v1/people/:id/reset-password',
    {
      config: { access: 'owner' },
      schema: {
        operationId: 'resetPassword',
        summary: 'Gives a person a one-time code for a new password.',
        tags: ['people'],
        problems: ['conflict'],
        params,
        body: resetPasswordSchema,
        response: { 201: invitationSchema },
      },
    },
    async (request, reply) => {
      const reset = await people.resetPassword(request.params.id, request.body);
      request.about = { email: reset.person.email };
      return reply.status(201).header('cache-control', 'no-store').send(reset);
    },
  );
}

export interface EntryParts {
  readonly people: PeopleService;
  readonly setUp: SetUpService;
  readonly signIn: SignInService;
  readonly open: OpenSession;
}

/** How people come in who cannot sign in yet. */
export function addEntryRoutes(app: HttpApp, { people, setUp, signIn, open }: EntryParts): void {
  app.get(
    '/v1/setup',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'getSetUpState',
        summary: 'Whether nobody has set this Holdfast up yet.',
        tags: ['people'],
        response: { 200: setUpStateSchema },
      },
    },
    async () => ({ needed: await setUp.needed() }),
  );

  app.post(
    '/v1/setup',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'completeSetUp',
        summary: 'Makes the first owner, with the code that the log of the server shows.',
        tags: ['people'],
        problems: ['set-up-done', 'code-invalid', 'too-many-attempts'],
        body: setUpSchema,
        response: { 201: whoAmISchema },
      },
    },
    async (request, reply) => {
      const giveBack = signIn.limitCodes(visitorOf(request));
      const person = await setUp.complete(request.body);
      giveBack();
      request.about = { person: person.id, email: person.email };
      return reply.status(201).send(await open(request, reply, person, 'password'));
    },
  );

  app.post(
    '/v1/invitations/accept',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'acceptInvitation',
        summary: 'Sets a password by a one-time code.',
        tags: ['people'],
        problems: ['code-invalid', 'too-many-attempts', 'not-found'],
        body: acceptInvitationSchema,
        response: { 200: personSchema },
      },
    },
    async (request) => {
      const giveBack = signIn.limitCodes(visitorOf(request));
      const person = await people.accept(request.body);
      giveBack();
      request.about = { person: person.id, email: person.email };
      return toPerson(person);
    },
  );
}
