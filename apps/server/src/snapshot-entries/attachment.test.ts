import { expect, it } from 'vitest';
import { attachment } from './attachment.ts';

it.each([
  ['shop.dump', 'attachment; filename="shop.dump"'],
  [
    'a "quoted"; name.txt',
    `attachment; filename="a _quoted__ name.txt"; filename*=UTF-8''a%20%22quoted%22%3B%20name.txt`,
  ],
  ['überblick.pdf', `attachment; filename="_berblick.pdf"; filename*=UTF-8''%C3%BCberblick.pdf`],
  [`it's (1)*.txt`, `attachment; filename="it_s (1)_.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
  [
    'x\r\nset-cookie: a=b',
    `attachment; filename="x__set-cookie_ a=b"; filename*=UTF-8''x__set-cookie%3A%20a%3Db`,
  ],
  ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
  ['a\\b\0c', 'attachment; filename="a_b_c"'],
  ['report\u202Efdp.exe', 'attachment; filename="report_fdp.exe"'],
  ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
  ['..', 'attachment; filename="download"'],
  ['', 'attachment; filename="download"'],
])('%j', (name, header) => {
  expect(attachment(name)).toBe(header);
});

it('keeps the end of a long name, which says what it is', () => {
  expect(attachment(`${'a'.repeat(300)}.tar`)).toMatch(/^attachment; filename="a{176}\.tar"$/);
});
