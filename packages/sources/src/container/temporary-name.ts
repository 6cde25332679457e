const temporaryPrefix = 'holdfast_restore_';

/** UUIDs of version 7 begin with the time, so their end is what tells operations apart. */
function shortOperationId(operationId: string): string {
  return operationId.replaceAll(/[^A-Za-z0-9]/g, '').slice(-12);
}

/** Every name of a database that an operation works in begins so; nothing else does. */
export function temporaryNamePrefix(operationId: string): string {
  return `${temporaryPrefix}${shortOperationId(operationId)}_`;
}

/** The name that a database has until it is complete. Plain ASCII, so that no program can misread it. */
export function temporaryName(operationId: string, index: number): string {
  return `${temporaryNamePrefix(operationId)}${index}`;
}

/** Whether a database is one that a restore loads into, and so no data of anyone's yet. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(temporaryPrefix);
}
