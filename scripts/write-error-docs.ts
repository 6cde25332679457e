/** Writes docs/errors.md from the error catalogue. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorDocs } from './error-docs.ts';

writeFileSync(path.join(import.meta.dirname, '..', 'docs', 'errors.md'), errorDocs());
