import type { Secret } from '@holdfast/runtime';

/** Where Holdfast keeps its own state. */
export type DatabasePlace =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      /** `postgres://user:password@host:port/database?sslmode=…` */
      readonly url: Secret;
      /** Made where it is missing. */
      readonly schema?: string;
      /** At most so many connections at once. */
      readonly connections?: number;
    };
