/** With so many sets at work a time is twice as long. */
const manySets = 10;

/** A time that gets longer with the number of `sets` that are at work, up to `longest`: what is done for each of very many costs all of them. */
export function stretched(ms: number, sets: number, longest: number): number {
  return Math.min(ms * (1 + sets / manySets), longest);
}
