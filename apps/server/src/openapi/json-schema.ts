import { z } from 'zod';
import { componentNames } from './component-names.ts';

export type JsonSchema = { [key: string]: unknown };

/** Turns zod schemas into JSON schemas of one document; named ones are collected once and referred to. */
export class SchemaWriter {
  readonly components = new Map<string, JsonSchema>();

  /** What a client sends, before defaults are filled in. */
  input(schema: z.ZodType): JsonSchema {
    const { $schema: _, ...written } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return written;
  }

  /** What a client gets. */
  output(schema: z.ZodType): JsonSchema {
    const {
      $schema: _,
      $defs,
      ...written
    } = z.toJSONSchema(schema, {
      io: 'output',
      unrepresentable: 'any',
      metadata: componentNames,
    });
    for (const [name, definition] of Object.entries($defs ?? {})) {
      const { id: _id, ...component } = asRecord(withComponentReferences(definition));
      this.components.set(name, component);
    }
    return asRecord(withComponentReferences(written));
  }
}

/** zod refers to definitions inside each schema; an OpenAPI document has them in one place. */
function withComponentReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withComponentReferences);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      key === '$ref' && typeof held === 'string'
        ? held.replace('#/$defs/', '#/components/schemas/')
        : withComponentReferences(held),
    ]),
  );
}

function asRecord(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
