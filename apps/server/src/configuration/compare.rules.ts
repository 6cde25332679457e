import { isDeepStrictEqual } from 'node:util';
import type { FieldChange } from '@holdfast/contracts';
import type { Item } from './section.ts';

type Fields = Readonly<Record<string, unknown>>;

const nothing: Item = { state: {}, secrets: {} };

/** In which fields two states differ; of a secret only that it does. */
export function fieldChanges(before: Item = nothing, after: Item = nothing): FieldChange[] {
  return [...stateChanges(before.state, after.state, []), ...secretChanges(before.secrets, after.secrets)];
}

/** The same without what is empty, for things that come or go as a whole. */
export function allFields(before: Item | undefined, after: Item | undefined): FieldChange[] {
  return fieldChanges(before, after).filter((change) => {
    const value = change.after ?? change.before;
    return change.secret === true || !(value === false || (Array.isArray(value) && value.length === 0));
  });
}

function stateChanges(before: Fields, after: Fields, place: readonly string[]): FieldChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [was, is] = [before[name], after[name]];
    const path = [...place, name];
    if (isDeepStrictEqual(was, is)) return [];
    const parts = [was, is].filter((value) => value !== undefined);
    if (parts.every(isFields)) return stateChanges(isFields(was) ? was : {}, isFields(is) ? is : {}, path);
    return [
      { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
}

function secretChanges(before: Item['secrets'], after: Item['secrets']): FieldChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => before[name] !== after[name])
    .map((name) => ({ path: ['secrets', name], secret: true }));
}

/** What is left of a value when everything is taken away that is as the defaults say anyway. */
export function withoutDefaults(value: Fields, defaults: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) => {
      const usual = defaults[name];
      if (held === undefined || isDeepStrictEqual(held, usual)) return [];
      return [[name, isFields(held) && isFields(usual) ? withoutDefaults(held, usual) : held]];
    }),
  );
}

/**
 * Settings without those that their kind fills in by itself.
 * @param read gives the complete settings; throws where some are missing
 */
export function withoutFilledIn(settings: Fields, read: (settings: Fields) => Fields): Fields {
  let kept = settings;
  for (const name of Object.keys(settings)) {
    const { [name]: _, ...rest } = kept;
    if (isSameRead(rest, settings, read)) kept = rest;
  }
  return kept;
}

function isSameRead(some: Fields, all: Fields, read: (settings: Fields) => Fields): boolean {
  try {
    return isDeepStrictEqual(read(some), all);
  } catch {
    return false;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
