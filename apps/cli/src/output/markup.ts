/**
 * Text that may be printed as it is: what came from outside was escaped, and only this module's own colour codes
 * are control characters in it. Every way out to a terminal takes this type, so that an unescaped name does not compile.
 */
export class Markup {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }

  toString(): string {
    return this.value;
  }
}

export type Fragment = string | number | Markup;

/** `markup`text ${value}``: the values are escaped, the text of the template is not. */
export function markup(strings: TemplateStringsArray, ...values: readonly Fragment[]): Markup {
  return new Markup(
    strings.map((text, index) => text + (index < values.length ? raw(values[index] ?? '') : '')).join(''),
  );
}

export function join(parts: readonly Fragment[], separator: string): Markup {
  return new Markup(parts.map(raw).join(separator));
}

function raw(fragment: Fragment): string {
  return fragment instanceof Markup ? fragment.value : escapeForTerminal(String(fragment));
}

/**
 * Makes a text harmless on a terminal and keeps it on one line: control characters (C0, DEL, C1), line and
 * paragraph separators and the marks that reorder text (bidirectional overrides and isolates) are shown as escapes.
 */
export function escapeForTerminal(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu,
    (character) => shortEscapes[character] ?? `\\u{${character.charCodeAt(0).toString(16)}}`,
  );
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u001b': '\\e',
};

/** Each style as SGR codes: begin and end. */
const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Palette = Readonly<Record<keyof typeof styles, (fragment: Fragment) => Markup>>;

/** The styles for one output; they do nothing where it shows no colours. */
export function createPalette(colours: boolean): Palette {
  const style = (name: keyof typeof styles) => {
    const [begin, end] = styles[name];
    return (fragment: Fragment) =>
      new Markup(colours ? `\u001b[${begin}m${raw(fragment)}\u001b[${end}m` : raw(fragment));
  };
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}
