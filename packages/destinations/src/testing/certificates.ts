import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** As in `subjectAltName`, for example `IP:127.0.0.1`. */
  readonly name: string;
  /** `YYYYMMDDHHMMSSZ`; valid now unless told. */
  readonly from?: string;
  readonly until?: string;
}

/** Makes a self-signed certificate with the openssl command. */
export function selfSignedCertificate(options: CertificateOptions): Certificate {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-certificate-'));
  try {
    const file = (name: string) => path.join(folder, name);
    writeFileSync(
      file('config'),
      `[ca]
default_ca = here
[here]
database = ${file('index')}
serial = ${file('serial')}
new_certs_dir = ${folder}
default_md = sha256
policy = any
x509_extensions = extensions
[any]
commonName = supplied
[req]
distinguished_name = subject
[subject]
[extensions]
subjectAltName = ${options.name}
basicConstraints = critical, CA:true
`,
    );
    writeFileSync(file('index'), '');
    writeFileSync(file('serial'), '01');
    const openssl = (...command: string[]) => execFileSync('openssl', command, { stdio: 'pipe' });
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('key'));
    openssl(
      'req',
      '-new',
      '-key',
      file('key'),
      '-subj',
      '/CN=holdfast test',
      '-config',
      file('config'),
      '-out',
      file('request'),
    );
    const files = [
      '-config',
      file('config'),
      '-keyfile',
      file('key'),
      '-in',
      file('request'),
      '-out',
      file('cert'),
    ];
    const from = options.from ?? '20200101000000Z';
    const until = options.until ?? '20491231235959Z';
    openssl('ca', '-batch', '-notext', '-selfsign', ...files, '-startdate', from, '-enddate', until);
    return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
