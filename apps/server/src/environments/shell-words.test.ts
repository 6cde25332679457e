import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from './shell-words.ts';

it.each(['plain-name_1.2', "it's", '$(reboot)', '`x`', '-rf', 'a b\nc', '"quoted"', ''])(
  'gives %j back from a shell as it was',
  (word) => {
    const printed = execFileSync('sh', ['-c', `printf '%s' ${shellWord(word)}`], { encoding: 'utf8' });
    expect(printed).toBe(word);
  },
);

it('leaves plain names readable', () => {
  expect(shellWord('shop-web-1')).toBe('shop-web-1');
});
