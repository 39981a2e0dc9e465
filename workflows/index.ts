export { statefulSet } from './stateful-set.ts';
export { deletion, repair, rollout, scale } from './operations.ts';
