/** Names that browsers keep to within the file systems that they write to. */
const longestName = 180;

/**
 * The header that makes a browser save an answer under a name (RFC 6266), whatever the name holds: separators of paths,
 * control characters, and those that let a name read backwards become underscores.
 */
export function attachment(name: string): string {
  const safe = safeName(name);
  const plain = safe.replaceAll(/[^A-Za-z0-9 ._()+,=@-]/g, '_');
  if (plain === safe) return `attachment; filename="${plain}"`;
  const encoded = encodeURIComponent(safe).replaceAll(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function safeName(name: string): string {
  const harmless = Array.from(name.toWellFormed().replaceAll(/[\p{C}\p{Zl}\p{Zp}/\\]/gu, '_'))
    .slice(-longestName)
    .join('');
  return /^[. ]*$/.test(harmless) ? 'download' : harmless;
}
