/** A duration in ms as a person reads it. */
export function secondsText(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 99_950 ? 1 : 0)} s`;
}
