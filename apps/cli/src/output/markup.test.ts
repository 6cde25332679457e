import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPalette, escapeForTerminal, markup } from './markup.ts';

describe('escapeForTerminal', () => {
  it('shows what would move the cursor, set the title, or reorder text', () => {
    expect(escapeForTerminal('a\u001b[2Jb\nc\td\u009b1m\u202egnp.exe\u2028')).toBe(
      'a\\e[2Jb\\nc\\td\\u{9b}1m\\u{202e}gnp.exe\\u{2028}',
    );
  });

  it('leaves printable text of any language alone', () => {
    expect(escapeForTerminal('größe 漢字 🙂 $(rm -rf) "quoted"')).toBe('größe 漢字 🙂 $(rm -rf) "quoted"');
  });

  it('leaves no control character in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeForTerminal(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}/u);
      }),
    );
  });
});

describe('markup', () => {
  it('escapes values, also inside a style, and keeps the styles themselves', () => {
    const palette = createPalette(true);
    expect(markup`Name: ${palette.red('\u001b[0mx')}!`.value).toBe('Name: \u001b[31m\\e[0mx\u001b[39m!');
  });

  it('has no colour codes without colours', () => {
    expect(createPalette(false).red('x').value).toBe('x');
  });
});
