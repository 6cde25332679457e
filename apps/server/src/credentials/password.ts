/** Argon2id (the library's own choice), with what OWASP recommends: 19 MiB, two passes, one lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of a password that nobody knows, by the same cost. */
const decoy =
  '$argon2id$v=19$m=19456,t=2,p=1$zCE4l6Yw4Ieeik6vIU+ypA$zzaoYwWND/KNnAH39s6jPc3dAF1nLHs/E5CKLzyyAo0';

/** @returns the hash with its parameters and salt, as it is stored */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2');
  return hash(password, cost);
}

/** Takes the same time where there is no hash to compare with: an answer's delay does not tell who exists. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const { verify } = await import('@node-rs/argon2');
  const matches = await verify(stored ?? decoy, password);
  return matches && stored !== undefined;
}
