import { expect, test } from 'vitest';
import { explainFailure } from './build-tools.ts';

test.each([
  ['no network', 'go: k8s.io/api: Get "https://x": dial tcp: lookup x: no such host', 'registry cannot be reached'],
  ['no network for pip', 'NewConnectionError: Failed to establish a new connection', 'registry cannot be reached'],
  ['no disk', 'write /x: no space left on device', 'disk is full'],
  ['an old Go', 'go: go.mod requires go >= 1.26.0 (running go 1.21)', 'Go is too old'],
  ['no pip', '/usr/bin/python3: No module named pip', 'get pip'],
  ['anything else', 'x.go:1: syntax error', 'go failed'],
])('%s is told with what to do, and what the program said', (_, said, expected) => {
  const message = explainFailure('etcd', 'go', 'get pip', said);
  expect(message).toContain('Cannot build etcd');
  expect(message).toContain(expected);
  expect(message).toContain(said);
});
