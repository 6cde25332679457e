export { selfSignedCertificate } from './certificates.ts';
export * from './cuttable-proxy.ts';
export * from './destination-suite.ts';
export * from './lab-s3.ts';
