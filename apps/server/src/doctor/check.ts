import type { DoctorReport } from '@holdfast/contracts';

export type Check = DoctorReport['checks'][number];
