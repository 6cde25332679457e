import helmet from '@fastify/helmet';
import type { HttpApp } from './http-app.ts';

/** What browsers are told to refuse: foreign and inline scripts, frames around these pages, guessing of types. */
export function addSecurityHeaders(app: HttpApp, publicUrl: URL | undefined): void {
  const encrypted = publicUrl?.protocol === 'https:';
  void app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Components measure and place things by style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    // Over plain HTTP it would be ignored, or lock out whoever goes back to it on this host.
    hsts: encrypted ? { maxAge: 15_552_000 } : false,
  });
}

/** Of the reference page: it needs its own style sheet and nothing else. */
export const referencePagePolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
