import { describe, expect, it } from 'vitest';
import type { Act } from './acts.ts';
import { type FirstPass, firstPass } from './first-pass.ts';
import { aSet } from './objects.fixture.ts';

type Acts = readonly (readonly [number, Act])[];

interface Look {
  readonly acts: Acts;
  readonly generation?: number;
  readonly uid?: string;
  readonly busy?: boolean;
}

/** What is left to do after each of the looks. */
function leftAfter(looks: readonly Look[]): readonly string[][] {
  let pass: FirstPass | undefined;
  return looks.map(({ acts, busy = false, ...metadata }) => {
    pass = firstPass(pass, aSet({}, {}, metadata), { acts: new Map(acts) }, busy);
    return [...pass.todo];
  });
}

const [first, second]: Acts = [
  [9, 'delete'],
  [8, 'delete'],
];

describe('the first pass over a generation', () => {
  it('is through at once where nothing can be done', () => {
    expect(leftAfter([{ acts: [] }])).toEqual([[]]);
  });

  it('is what could be done at the first look, and not what has become possible since', () => {
    const looks = leftAfter([
      { acts: [first!, second!] },
      { acts: [second!, [9, 'create']] },
      { acts: [[9, 'create']] },
    ]);
    expect(looks).toEqual([['delete 9', 'delete 8'], ['delete 8'], []]);
  });

  it('does not begin again when the same becomes possible once more', () => {
    expect(leftAfter([{ acts: [first!] }, { acts: [] }, { acts: [first!] }]).at(-1)).toEqual([]);
  });

  it('has book-keeping to do as long as it is due', () => {
    expect(leftAfter([{ acts: [], busy: true }, { acts: [], busy: true }, { acts: [first!] }])).toEqual([
      ['book-keeping'],
      ['book-keeping'],
      [],
    ]);
  });

  it.each([
    ['another generation', { generation: 2 }],
    ['another set of the same name', { uid: 'other' }],
  ])('begins again with %s', (_, other) => {
    expect(leftAfter([{ acts: [] }, { acts: [first!], ...other }])).toEqual([[], ['delete 9']]);
  });
});
