import { expect, it } from 'vitest';
import { textAfterTable } from './trigger-text.ts';

it.each([
  ['CREATE DEFINER=`root`@`%` TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = 1'],
  ['CREATE DEFINER=`on`@`on` TRIGGER `on` BEFORE INSERT ON `on` FOR EACH ROW SET NEW.a = 1'],
  ['create trigger app.t after delete on app . `x``on y`\nFOR EACH ROW SET NEW.a = 1'],
  [
    'CREATE /* on a */ TRIGGER "t" -- on b\n BEFORE UPDATE # on c\n oN/**/"my table"FOR EACH ROW SET NEW.a = 1',
  ],
  ['CREATE TRIGGER größe BEFORE INSERT ON größe FOR EACH ROW SET NEW.a = 1'],
])('finds what follows the table: %s', (sql) => {
  expect(textAfterTable(sql)).toBe('FOR EACH ROW SET NEW.a = 1');
});

it('refuses what is no trigger', () => {
  expect(() => textAfterTable('CREATE VIEW `on` AS SELECT 1')).toThrow(SyntaxError);
});
