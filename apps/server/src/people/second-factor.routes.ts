import {
  confirmTotpSchema,
  recoveryCodesSchema,
  startTotpSchema,
  totpSecretSchema,
} from '@holdfast/contracts';
import { z } from 'zod';
import { requirePrincipal } from '../http/access.ts';
import type { HttpApp } from '../http/http-app.ts';
import { visitorOf } from '../http/visitor.ts';
import type { SignInService } from '../sign-in/sign-in.service.ts';
import type { SecondFactorService } from './second-factor.service.ts';

export function addSecondFactorRoutes(
  app: HttpApp,
  secondFactor: SecondFactorService,
  signIn: SignInService,
): void {
  app.post(
    '/v1/totp',
    {
      config: { access: 'person' },
      schema: {
        operationId: 'startSecondFactor',
        summary: 'Begins the set-up of a second factor.',
        tags: ['sign-in'],
        problems: ['sign-in-failed', 'too-many-attempts', 'conflict'],
        body: startTotpSchema,
        response: { 200: totpSecretSchema },
      },
    },
    async (request, reply) => {
      const { id } = requirePrincipal(request);
      const person = await signIn.confirmPassword(id, request.body.password, visitorOf(request));
      void reply.header('cache-control', 'no-store');
      return secondFactor.start(person);
    },
  );

  app.post(
    '/v1/totp/confirm',
    {
      config: { access: 'person' },
      schema: {
        operationId: 'confirmSecondFactor',
        summary: 'Ends the set-up of a second factor.',
        tags: ['sign-in'],
        problems: ['second-factor-wrong', 'too-many-attempts', 'conflict', 'not-found'],
        body: confirmTotpSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async (request, reply) => {
      const { id } = requirePrincipal(request);
      const giveBack = signIn.limitCodes(visitorOf(request));
      const recoveryCodes = await secondFactor.confirm(id, request.body.code);
      giveBack();
      void reply.header('cache-control', 'no-store');
      return { recoveryCodes };
    },
  );

  app.post(
    '/v1/totp/disable',
    {
      config: { access: 'person' },
      schema: {
        operationId: 'disableSecondFactor',
        summary: 'Goes without a second factor from now on.',
        tags: ['sign-in'],
        problems: ['sign-in-failed', 'too-many-attempts'],
        body: startTotpSchema,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const { id } = requirePrincipal(request);
      await signIn.confirmPassword(id, request.body.password, visitorOf(request));
      await secondFactor.forget(id);
      return reply.status(204).send();
    },
  );
}
