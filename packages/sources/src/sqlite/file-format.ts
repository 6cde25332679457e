/** What every SQLite database begins with; https://sqlite.org/fileformat.html section 1.3. */
export const sqliteMagic: Uint8Array = Buffer.from('SQLite format 3\0', 'latin1');
/** The smallest page, so the smallest file that holds anything. */
export const smallestDatabase = 512;

/** What SQLite keeps beside a database; whichever lies there is read as part of the file of that name. */
export const sideSuffixes = ['-wal', '-shm', '-journal'] as const;
