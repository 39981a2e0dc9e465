import { expect, test } from 'vitest';
import { isNeedless } from './needless.ts';

test.each([
  ['dist/cli/main.js', false],
  ['dist/workflow-bundle.js', false],
  ['dist/worker/index.d.ts', true],
  ['node_modules/@temporalio/core-bridge/releases/x86_64-unknown-linux-gnu/index.node', false],
  ['node_modules/@temporalio/core-bridge/releases/aarch64-unknown-linux-gnu/index.node', true],
  ['node_modules/@temporalio/core-bridge/releases/x86_64-apple-darwin/index.node', true],
  ['node_modules/@temporalio/core-bridge/sdk-core/crates/client/src/lib.rs', true],
  ['node_modules/@temporalio/core-bridge/lib/native.js', false],
  ['node_modules/zod/index.js.map', true],
  ['node_modules/zod/README.md', true],
  ['node_modules/zod/LICENSE.md', false],
  ['node_modules/pino/test/basic.test.js', true],
  ['node_modules/a/node_modules/@b/c/tests/x.js', true],
  ['node_modules/pino/lib/test/kept.js', false],
  ['node_modules/test/index.js', false],
])('%s is needless on x64: %s', (path, needless) => {
  expect(isNeedless(path, 'x64')).toBe(needless);
});

test('the core of the other architecture is kept there', () => {
  const native = 'node_modules/@temporalio/core-bridge/releases/aarch64-unknown-linux-gnu/index.node';
  expect(isNeedless(native, 'arm64')).toBe(false);
});
