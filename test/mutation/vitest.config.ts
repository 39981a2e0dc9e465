import { defineConfig } from 'vitest/config';

/** The tables of cases of the model. Not what is random, or measures time: a mutant is to die of the same test in every run. */
export default defineConfig({
  test: {
    include: ['model/*.test.ts'],
    exclude: ['model/plan-cost.test.ts'],
    isolate: false,
    testTimeout: 60_000,
  },
});
