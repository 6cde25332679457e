import { changeAccountSchema, personSchema } from '@holdfast/contracts';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import type { PeopleService } from './people.service.ts';
import { toPerson } from './person.ts';

/** What people see and change of themselves, whatever their role. */
export function addAccountRoutes(app: HttpApp, people: PeopleService): void {
  app.get(
    '/v1/account',
    {
      config: { access: 'person' },
      schema: {
        operationId: 'getAccount',
        summary: 'The account of who asks.',
        tags: ['people'],
        response: { 200: personSchema },
      },
    },
    async (request) => toPerson(await people.get(requirePrincipal(request).id)),
  );

  app.patch(
    '/v1/account',
    {
      config: { access: 'person' },
      schema: {
        operationId: 'changeAccount',
        summary: 'Changes the name of who asks.',
        tags: ['people'],
        body: changeAccountSchema,
        response: { 200: personSchema },
      },
    },
    async (request) => toPerson(await people.change(requirePrincipal(request).id, request.body)),
  );
}
