import { describe, expect, it } from 'vitest';
import { later } from './seen.ts';

describe('later', () => {
  it('takes the later version of each kind', () => {
    expect(later({ pods: '9', claims: '20' }, { pods: '10', claims: '19', sets: '1' })).toEqual({
      pods: '10',
      claims: '20',
      sets: '1',
    });
  });

  it('compares versions as numbers, whatever their length', () => {
    expect(later({ pods: '99999999999999999999' }, { pods: '100000000000000000000' })).toEqual({
      pods: '100000000000000000000',
    });
  });
});
