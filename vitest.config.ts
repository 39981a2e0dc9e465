import { defineConfig } from 'vitest/config';

const folders = '{model,kube,activities,workflows,worker,client,cli,codec,install,sandbox,test,bench,scripts}';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [`${folders}/**/*.test.ts`],
          exclude: [
            'test/integration/**',
            'test/e2e/**',
            'test/sandbox/**',
            'test/crash/*.test.ts',
            'test/outages/**',
            'test/full/**',
            'test/speed/**',
            '**/node_modules/**',
          ],
          isolate: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/{integration,e2e,sandbox,outages}/**/*.test.ts', 'test/crash/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'speed',
          include: ['test/speed/**/*.test.ts'],
          pool: 'forks',
          maxWorkers: 1,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/full/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 1,
          // Kubernetes' own tests spend their time between two looks, 10 s apart.
          maxConcurrency: 8,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
});
