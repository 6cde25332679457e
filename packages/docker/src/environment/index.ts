export { belongsTo, defineEnvironment, type EnvironmentName } from './define-environment.ts';
export * from './recreate.ts';
export { removeMade } from './remove-made.ts';
export { startOrder, stopOrder } from './start-order.ts';
export * from './survey.ts';
export { surveyDefinition } from './survey-definition.ts';
