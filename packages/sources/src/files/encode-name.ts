/**
 * Names of databases, schemas and tables may hold any character; in paths of a snapshot and in keys of counts
 * they are percent-encoded (UTF-8, upper-case hexadecimal) outside `A-Za-z0-9_-`, so that `/` and `.` only separate.
 */
export function encodeName(name: string): string {
  return Array.from(Buffer.from(name, 'utf8'), encodeByte).join('');
}

/** @throws URIError when the text is not one that `encodeName` can have written. */
export function decodeName(encoded: string): string {
  return decodeURIComponent(encoded);
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9_-]/.test(character)) return character;
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
