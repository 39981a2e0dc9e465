/** The whole numbers from `from` up to but without `to`. */
export function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** The story of a pod that is replaced, and settles before the next one is touched. */
export function replaced(name: string): readonly string[] {
  return [`leaving ${name}`, `gone ${name}`, `created ${name}`, `ready ${name}`];
}
