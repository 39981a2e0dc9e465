import { expect, it, vi } from 'vitest';
import type { Step } from '../model/plan.ts';
import type { NextSteps, StepResult } from './messages.ts';
import type { Progress } from './progress.ts';

interface UnderWay {
  readonly resolve: (result: StepResult) => void;
  readonly reject: (error: unknown) => void;
}

const underWay: UnderWay[] = [];
vi.mock('./activities.ts', () => {
  const executeWithOptions = () => new Promise((resolve, reject) => underWay.push({ resolve, reject }));
  return { settlePods: { executeWithOptions }, removePods: { executeWithOptions } };
});

it('ends a cancelled operation only when all of its steps have ended', async () => {
  const { runSteps } = await import('./run-steps.ts');
  const progress = { started() {}, finished() {}, paint() {}, show() {} } as unknown as Progress;
  const steps = [0, 1, 2].map((ordinal): Step => ({ verb: 'settle', ordinals: [ordinal], revision: 'web-a' }));
  const plan = { steps, window: 3, abreast: 1, remaining: 3 } as unknown as NextSteps;
  const set = { cluster: 'c', flavour: 'apps/v1', namespace: 'shop', name: 'web' } as const;
  let outcome = 'runs';
  const run = runSteps(set, plan, {}, progress).catch((error: Error) => (outcome = error.message));
  const [first, second, third] = underWay;
  second?.reject(new Error('cancelled'));
  // Each turn of the queue lets everything that is due happen.
  await new Promise(setImmediate);
  expect(outcome).toBe('runs');
  first?.resolve({ outcome: 'settled', wrote: {} });
  await new Promise(setImmediate);
  expect(outcome).toBe('runs');
  third?.reject(new Error('cancelled too'));
  await run;
  expect(outcome).toBe('cancelled');
});
