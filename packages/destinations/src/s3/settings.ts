import { X509Certificate } from 'node:crypto';
import { Secret } from '@holdfast/runtime';
import { z } from 'zod';
import { hasControlCharacter } from '../names.ts';
import { endpointWithoutBucket, regionOf } from './providers.ts';

export interface S3Settings {
  /** Scheme, host and port; nothing behind them. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Folder inside the bucket, without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** PEM of the certificates that alone are trusted, for an endpoint with a certificate of its own. */
  readonly caCertificate?: string;
}

const text = z
  .string({ error: whyNotText })
  .trim()
  .min(1, 'must not be empty')
  .refine(isOneLine, 'must not hold control characters');

const endpointSchema = text
  // Providers' consoles often show the host alone.
  .transform((value) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `https://${value}`))
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be an address such as https://s3.eu-central-1.amazonaws.com',
    abort: true,
  })
  .refine((value) => isOrigin(new URL(value)), {
    error: 'must not hold more than scheme, host and port: bucket, prefix and keys are settings of their own',
    abort: true,
  })
  .transform((value) => new URL(value).origin);

const prefixSchema = z
  .string()
  .trim()
  .transform((value) => value.replaceAll(/^\/+|\/+$/g, ''))
  .refine((value) => value === '' || value.split('/').every(isPlainSegment), {
    error: 'must be folders joined by single slashes, without "." and ".."',
  })
  .refine(isOneLine, 'must not hold control characters');

const secretSchema = z
  .union([z.instanceof(Secret), z.string()], { error: whyNotText })
  .transform((value) => new Secret((value instanceof Secret ? value.reveal() : value).trim()))
  .refine((value) => value.reveal() !== '', 'must not be empty')
  .refine((value) => isOneLine(value.reveal()), 'must not hold control characters');

const enteredSchema = z.strictObject({
  endpoint: endpointSchema.optional(),
  bucket: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, 'must be the name of a bucket, without slashes'),
  prefix: prefixSchema.default(''),
  region: text.regex(/^[A-Za-z0-9_-]+$/, 'must be the name of a region, for example eu-central-1').optional(),
  accessKeyId: text,
  secretAccessKey: secretSchema,
  caCertificate: z
    .string()
    .trim()
    .refine(isCertificate, 'must be certificates in PEM form (-----BEGIN CERTIFICATE-----)')
    .optional(),
});

export const s3SettingsSchema: z.ZodType<S3Settings> = enteredSchema.transform(
  (entered, context): S3Settings => {
    const { endpoint: enteredEndpoint, region: enteredRegion, caCertificate, ...rest } = entered;
    const endpoint = enteredEndpoint ?? awsEndpoint(enteredRegion ?? 'us-east-1');
    const better = endpointWithoutBucket(endpoint, rest.bucket);
    if (better !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['endpoint'],
        message: `begins with the name of the bucket; use ${better}`,
      });
      return z.NEVER;
    }
    return {
      ...rest,
      endpoint,
      region: enteredRegion ?? regionOf(endpoint),
      ...(caCertificate === undefined ? {} : { caCertificate }),
    };
  },
);

function awsEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function isOrigin(url: URL): boolean {
  return (
    [url.username, url.password, url.search, url.hash].every((part) => part === '') && url.pathname === '/'
  );
}

function isPlainSegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..';
}

function isOneLine(value: string): boolean {
  return !hasControlCharacter(value);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function whyNotText(issue: { readonly input?: unknown }): string {
  return issue.input === undefined ? 'is needed' : 'must be text';
}
