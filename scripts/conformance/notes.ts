import { parse } from 'yaml';
import { z } from 'zod';

/** An item of the checklist, in our words. `not`: why it does not apply. `open`: what is not proven. */
export interface Item {
  readonly item: number;
  readonly chapter: string;
  readonly name: string;
  readonly not?: string | undefined;
  readonly open?: string | undefined;
}

const note = z.union([
  z.string().transform((name) => ({ name })),
  z.strictObject({ name: z.string(), not: z.string() }),
  z.strictObject({ name: z.string(), open: z.string() }),
]);
const chapters = z.record(z.string(), z.record(z.string().regex(/^\d+$/), note));

export function itemsOf(yaml: string): readonly Item[] {
  return Object.entries(chapters.parse(parse(yaml))).flatMap(([chapter, notes]) =>
    Object.entries(notes).map(([number, about]) => ({ item: Number(number), chapter, ...about })),
  );
}
