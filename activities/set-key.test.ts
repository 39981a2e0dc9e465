import { describe, expect, it } from 'vitest';
import { keyOf } from './set-key.ts';

const worker = { cluster: 'here', flavours: ['apps/v1'] } as const;
const set = { cluster: 'here', flavour: 'apps/v1', namespace: 'shop', name: 'web' } as const;

describe('keyOf', () => {
  it('is the key of a set that this worker serves', () => {
    expect(keyOf(worker, { ...set, uid: '1' })).toEqual({ flavour: 'apps/v1', namespace: 'shop', name: 'web' });
  });

  it('refuses a set of another cluster for good', () => {
    expect(() => keyOf(worker, { ...set, cluster: 'there' })).toThrow(
      expect.objectContaining({ type: 'WrongCluster', nonRetryable: true }),
    );
  });

  it('leaves a set of a namespace that this worker does not see to another worker', () => {
    expect(() => keyOf({ ...worker, namespaces: ['blog'] }, set)).toThrow(
      expect.objectContaining({ type: 'WrongNamespace', nonRetryable: false }),
    );
    expect(keyOf({ ...worker, namespaces: ['shop'] }, set).name).toBe('web');
  });

  it('leaves a set of an API that this worker does not see to another worker', () => {
    expect(() => keyOf(worker, { ...set, flavour: 'ordinal.dev/v1' })).toThrow(
      expect.objectContaining({ type: 'WrongResource', nonRetryable: false }),
    );
  });
});
