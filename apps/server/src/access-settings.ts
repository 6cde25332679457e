import { isIP } from 'node:net';
import { type Role, roles } from '@holdfast/contracts';
import { invalidSetting, type SettingsReader } from './config-values.ts';
import type { OidcSettings } from './sign-in/oidc.service.ts';

/** Where people reach this Holdfast. @throws HoldfastError `setting-invalid` */
export function publicUrl(read: SettingsReader): URL | undefined {
  const name = 'HOLDFAST_PUBLIC_URL';
  const held = read.text(name);
  if (held === undefined) return undefined;
  const url = URL.canParse(held) ? new URL(held) : undefined;
  const plain =
    url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (url === undefined || !plain || !['http:', 'https:'].includes(url.protocol)) {
    throw invalidSetting(name, held, 'an address without a path, such as https://backup.example.com');
  }
  return url;
}

/** Whose word about where a request came from is taken. @throws HoldfastError `setting-invalid` */
export function trustedProxies(read: SettingsReader): readonly string[] {
  const name = 'HOLDFAST_TRUSTED_PROXIES';
  const held = read.list(name);
  for (const entry of held) {
    const [address = '', bits, ...rest] = entry.split('/');
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most);
    if (version === 0 || !fits || rest.length > 0) {
      throw invalidSetting(name, entry, 'addresses or networks of proxies, such as 10.0.0.5 or 10.0.0.0/24');
    }
  }
  return held;
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Absent: people sign in by password only. @throws HoldfastError `setting-invalid` */
export function oidcSettings(read: SettingsReader, reachedAt: URL | undefined): OidcSettings | undefined {
  const held = read.text('HOLDFAST_OIDC_ISSUER');
  const clientId = read.text('HOLDFAST_OIDC_CLIENT_ID');
  const clientSecret = read.secret('HOLDFAST_OIDC_CLIENT_SECRET');
  const choices = [...roles, 'none'] as const;
  const role = read.choice<Role | 'none'>('HOLDFAST_OIDC_DEFAULT_ROLE', choices, 'none');
  if (held === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  const issuer = held !== undefined && URL.canParse(held) ? new URL(held) : undefined;
  const encrypted =
    issuer?.protocol === 'https:' || (issuer?.protocol === 'http:' && loopback.has(issuer.hostname));
  if (issuer === undefined || !encrypted) {
    throw invalidSetting('HOLDFAST_OIDC_ISSUER', held, 'the https:// address of an identity provider');
  }
  const missing = (name: string) =>
    invalidSetting(name, undefined, 'a value whenever HOLDFAST_OIDC_ISSUER is set');
  if (clientId === undefined) throw missing('HOLDFAST_OIDC_CLIENT_ID');
  if (clientSecret === undefined) throw missing('HOLDFAST_OIDC_CLIENT_SECRET');
  if (reachedAt === undefined) throw missing('HOLDFAST_PUBLIC_URL');
  return {
    issuer,
    clientId,
    clientSecret,
    ...(role === 'none' ? {} : { defaultRole: role }),
    redirectUri: new URL('/v1/oidc/callback', reachedAt),
  };
}
