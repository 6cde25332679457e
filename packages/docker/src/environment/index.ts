export { belongsTo, defineEnvironment, type EnvironmentName } from './define-environment.ts';
export { recreate } from './recreate.ts';
export * from './recreation.ts';
export { removeMade } from './remove-made.ts';
export { startOrder, stopOrder } from './start-order.ts';
export * from './survey.ts';
export { surveyDefinition } from './survey-definition.ts';
