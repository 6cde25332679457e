/** An SQL identifier that means exactly `name`, whatever it holds and whatever the SQL mode is. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A table or another object of a schema. */
export function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** An SQL text that means exactly `value`: hexadecimal, so that no SQL mode and no client can misread it. */
export function quoteText(value: string): string {
  return `_utf8mb4 X'${Buffer.from(value, 'utf8').toString('hex')}'`;
}

/** `'user'@'host'`, in a form that statements about accounts accept. */
export function quoteAccount(user: string, host: string): string {
  return `${quoteIdentifier(user)}@${quoteIdentifier(host)}`;
}
