export * from '../../testing/container-details.ts';
