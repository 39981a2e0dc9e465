/** A time span or an instant as Temporal's API has it, in ms; 0 where there is none. */
export function msOf(
  time:
    { readonly seconds?: { toString(): string } | number | null; readonly nanos?: number | null } | null | undefined,
): number {
  return Number((time?.seconds ?? 0).toString()) * 1_000 + (time?.nanos ?? 0) / 1e6;
}

/** The middle one; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
