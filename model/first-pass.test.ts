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
  readonly refused?: boolean;
  readonly now?: number;
}

/** What is left to do after each of the looks. */
function leftAfter(looks: readonly Look[]): readonly string[][] {
  let pass: FirstPass | undefined;
  return looks.map(({ acts, busy = false, refused = false, now = 0, ...metadata }) => {
    pass = firstPass(pass, aSet({}, {}, metadata), { acts: new Map(acts) }, { busy, refused, now });
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

  it('is through when what can be done has been refused for five seconds (SS-99)', () => {
    const looks = [0, 4_999, 5_000].map((now) => ({ acts: [first!], refused: true, now }));
    expect(leftAfter(looks)).toEqual([['delete 9'], ['delete 9'], []]);
    expect(leftAfter([...looks, { acts: [first!], generation: 2, refused: true, now: 5_000 }]).at(-1)).toEqual([
      'delete 9',
    ]);
  });

  it.each([
    ['another generation', { generation: 2 }],
    ['another set of the same name', { uid: 'other' }],
  ])('begins again with %s', (_, other) => {
    expect(leftAfter([{ acts: [] }, { acts: [first!], ...other }])).toEqual([[], ['delete 9']]);
  });
});
