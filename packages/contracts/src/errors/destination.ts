import { type ErrorGroup, exitCodes } from './definition.ts';

const failed = { status: 422, exit: exitCodes.failed } as const;

export const destinationErrors = {
  'destination-key-unknown': {
    ...failed,
    title: 'The storage does not know the access key',
    hint: 'Check the access key id; copy it again from the provider.',
  },
  'destination-secret-wrong': {
    ...failed,
    title: 'The secret key does not belong to the access key',
    hint: 'Enter the secret key again; copy it whole, without spaces.',
  },
  'destination-bucket-missing': {
    ...failed,
    title: 'The bucket does not exist',
    hint: 'Create the bucket at the provider, or correct its name.',
  },
  'destination-region-wrong': {
    ...failed,
    title: 'The region is not the one of the bucket',
    hint: 'Set the region that the detail names (Cloudflare R2: auto).',
  },
  'destination-unreachable': {
    ...failed,
    title: 'The storage cannot be reached',
    hint: 'Check the endpoint, the name resolution and the firewall of this server.',
  },
  'destination-tls': {
    ...failed,
    title: 'The connection to the storage is not trusted',
    hint: 'Check the certificate of the endpoint, or give the CA certificate of a private one.',
  },
  'destination-clock-skew': {
    ...failed,
    title: 'The clock of this server is too far from the clock of the storage',
    hint: 'Correct the clock of this server (for example: timedatectl set-ntp true).',
  },
  'destination-read-only': {
    ...failed,
    title: 'The storage may be read but not written',
    hint: 'Give the key the permissions to put, get, list and delete objects under the prefix.',
  },
  'destination-forbidden': {
    ...failed,
    title: 'The storage refuses a request that Holdfast needs',
    hint: 'Give the key the permissions to put, get, list and delete objects under the prefix.',
  },
  'destination-full': {
    title: 'The storage is full',
    status: 507,
    exit: exitCodes.failed,
    hint: 'Free some space there, or add another destination. No incomplete snapshot was made.',
  },
  'destination-folder-missing': {
    ...failed,
    title: 'The folder of the destination does not exist, nor the one above it',
    hint: 'If it is on a disk of its own, mount the disk. Otherwise create the folder, or correct the path.',
  },
  'destination-folder-invalid': {
    ...failed,
    title: 'The path of the destination is not a folder',
    hint: 'Give the path of a folder that is used for nothing else.',
  },
  'destination-failed': {
    title: 'The storage answered with an error',
    status: 502,
    exit: exitCodes.failed,
    hint: 'The detail holds the words of the storage.',
  },
  'destination-in-use': {
    title: 'The destination still holds snapshots',
    status: 409,
    exit: exitCodes.refused,
    hint: 'Pass --yes to forget the destination all the same; what is stored there stays.',
  },
} as const satisfies ErrorGroup;
