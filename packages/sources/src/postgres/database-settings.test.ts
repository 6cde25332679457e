import { expect, it } from 'vitest';
import { settingClause } from './database-settings.ts';

it.each([
  ['search_path', '"$user", public, "a""b, c"', `"search_path" TO '$user', 'public', 'a"b, c'`],
  ['search_path', '""', `"search_path" TO ''`],
  ['DateStyle', 'ISO, DMY', `"DateStyle" TO 'ISO, DMY'`],
  ['myapp.x', "it's\\", `"myapp.x" TO  E'it''s\\\\'`],
])('writes %s = %j so that it comes back as it was', (name, stored, clause) => {
  expect(settingClause(name, stored)).toBe(clause);
});
