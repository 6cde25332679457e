import type { ErrorCode } from '@holdfast/contracts';
import type { Explained } from './explain-connection.ts';
import { providerOf } from './providers.ts';
import type { ServerAnswer } from './server-answer.ts';
import type { S3Settings } from './settings.ts';

/** What an answer of a server can mean. */
type Meaning = Extract<
  ErrorCode,
  | 'destination-key-unknown'
  | 'destination-secret-wrong'
  | 'destination-bucket-missing'
  | 'destination-region-wrong'
  | 'destination-clock-skew'
  | 'destination-full'
  | 'destination-forbidden'
  | 'destination-failed'
>;

/** Servers refuse a signature that is older or newer than this. */
const toleratedSkewMs = 15 * 60_000;

/** What error codes mean whose meaning does not depend on anything else. */
const byCode: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: 'destination-key-unknown',
  InvalidClientTokenId: 'destination-key-unknown',
  UnrecognizedClientException: 'destination-key-unknown',
  SignatureDoesNotMatch: 'destination-secret-wrong',
  NoSuchBucket: 'destination-bucket-missing',
  InvalidBucketName: 'destination-bucket-missing',
  PermanentRedirect: 'destination-region-wrong',
  TemporaryRedirect: 'destination-region-wrong',
  AuthorizationHeaderMalformed: 'destination-region-wrong',
  InvalidRegionName: 'destination-region-wrong',
  InvalidRegion: 'destination-region-wrong',
  IllegalLocationConstraintException: 'destination-region-wrong',
  RequestTimeTooSkewed: 'destination-clock-skew',
  RequestExpired: 'destination-clock-skew',
  QuotaExceeded: 'destination-full',
  ServiceQuotaExceeded: 'destination-full',
  TooManyObjects: 'destination-full',
  InsufficientStorage: 'destination-full',
  XMinioStorageFull: 'destination-full',
  XMinioAdminBucketQuotaExceeded: 'destination-full',
  AccessDenied: 'destination-forbidden',
  AllAccessDisabled: 'destination-forbidden',
  AccountProblem: 'destination-forbidden',
};

/** Where the code says nothing, the status still does. */
const byStatus: Readonly<Record<number, Meaning>> = {
  301: 'destination-region-wrong',
  307: 'destination-region-wrong',
  308: 'destination-region-wrong',
  401: 'destination-key-unknown',
  403: 'destination-forbidden',
  404: 'destination-bucket-missing',
  507: 'destination-full',
};

interface Case {
  readonly answer: ServerAnswer;
  readonly settings: S3Settings;
  readonly now: Date;
  /** What the server answered, in few words, for brackets. */
  readonly said: string;
}

type Words = Omit<Explained, 'code'>;

const wordsFor: Readonly<Record<Meaning, (refusal: Case) => Words>> = {
  'destination-key-unknown': ({ settings, said }) => ({
    detail: `The access key id ${JSON.stringify(settings.accessKeyId)} is not known there (${said}).`,
  }),
  'destination-secret-wrong': ({ settings, said }) => ({
    detail: `The secret key does not fit the access key id ${JSON.stringify(settings.accessKeyId)} (${said}).`,
    hint: 'Enter the secret key again, whole and without spaces, and compare the access key id: some servers answer the same for an unknown one.',
  }),
  'destination-bucket-missing': ({ settings, said }) => ({
    detail: `There is no bucket ${JSON.stringify(settings.bucket)} at ${settings.endpoint} (${said}).`,
  }),
  'destination-region-wrong': wrongRegion,
  'destination-clock-skew': ({ answer, now, said }) => ({ detail: `${skewInWords(answer, now)} (${said}).` }),
  'destination-full': ({ settings, said }) => ({
    detail: `The bucket ${JSON.stringify(settings.bucket)} takes nothing more: full, or over its quota (${said}).`,
  }),
  'destination-forbidden': ({ answer, settings, said }) => ({
    detail: `The key may not do this in the bucket ${JSON.stringify(settings.bucket)} ${[`(${said}).`, answer.message].join(' ').trim()}`,
  }),
  'destination-failed': unknownAnswer,
};

/** What a server's refusal means, from status, code and context together. */
export function explainAnswer(answer: ServerAnswer, settings: S3Settings, now: Date): Explained {
  const code = meaning(answer, now);
  const said = `${new URL(settings.endpoint).host} answered ${[answer.status, answer.code].join(' ').trim()}`;
  return { code, ...wordsFor[code]({ answer, settings, now, said }) };
}

function meaning(answer: ServerAnswer, now: Date): Meaning {
  const { code, status, message, region } = answer;
  // Some servers call a skewed clock a denied access or a wrong signature: the Date header tells.
  if ((status === 401 || status === 403) && Math.abs(skewMs(answer, now)) > toleratedSkewMs) {
    return 'destination-clock-skew';
  }
  if (/cap exceeded|quota/i.test(message) && status === 403) return 'destination-full';
  if (code === 'AuthorizationHeaderMalformed' && region === undefined && /access key|AKID/i.test(message)) {
    return 'destination-key-unknown';
  }
  // R2: "Credential access key has length 20, should be 32".
  if (code === 'InvalidArgument' && /access key/i.test(message)) return 'destination-key-unknown';
  return byCode[code] ?? byStatus[status] ?? 'destination-failed';
}

function wrongRegion({ answer, settings, said }: Case): Words {
  const configured = `The region is set to ${settings.region}`;
  if (answer.region !== undefined && answer.region !== settings.region) {
    return {
      detail: `${configured}, but the bucket ${JSON.stringify(settings.bucket)} is in ${answer.region} (${said}).`,
      hint: `Set region=${answer.region}. If the endpoint names a region, it has to be the same one.`,
    };
  }
  const provider = providerOf(settings.endpoint);
  return {
    detail: `${configured}, and that is not the region of the bucket ${JSON.stringify(settings.bucket)} ${[`(${said}).`, answer.message].join(' ').trim()}`,
    ...(provider === undefined ? {} : { hint: `For ${provider.name} the region is ${provider.regionHint}.` }),
  };
}

function unknownAnswer({ answer, said }: Case): Words {
  // Without a code the body was no S3 error: a web page, a console, a proxy.
  if (answer.code === '') {
    return {
      detail: `${said}, and not in the words of S3.`,
      hint: 'Check that the endpoint is the one of the S3 API, not of a web console or a proxy.',
    };
  }
  return { detail: `${said}: ${answer.message}` };
}

/** How far this machine's clock is ahead of the server's; 0 where the server does not say. */
function skewMs(answer: ServerAnswer, now: Date): number {
  return answer.date === undefined ? 0 : now.getTime() - answer.date.getTime();
}

function skewInWords(answer: ServerAnswer, now: Date): string {
  const skew = skewMs(answer, now);
  if (Math.abs(skew) < 60_000) return 'The storage says that the clock of this server is wrong';
  const minutes = Math.round(Math.abs(skew) / 60_000);
  return `The clock of this server is ${minutes} minutes ${skew > 0 ? 'ahead of' : 'behind'} the clock of the storage`;
}
