import { type Finding, ok, warning } from './finding.ts';

/** Certificates, tokens and minReadySeconds bear this much, in ms; the API server tells its time to the second. */
const bearableMs = 3_000;

/**
 * Compares a server's clock with that of this machine. `theirs` was told between `before` and `after`, and `resolutionMs` is how exactly; all in
 * ms, since the epoch where they are instants.
 */
export function clockFinding(
  whose: string,
  theirs: number,
  { before, after, resolutionMs }: { readonly before: number; readonly after: number; readonly resolutionMs: number },
): Finding {
  const check = `clock of ${whose}`;
  // Whatever the time under way explains is no skew.
  const ahead = theirs - after;
  const behind = before - (theirs + resolutionMs);
  const skew = Math.max(ahead, behind, 0);
  const text = `${(skew / 1_000).toFixed(1)} s ${ahead > behind ? 'ahead of' : 'behind'} this machine`;
  if (skew <= bearableMs) return ok(check, 'agrees with this machine’s');
  return warning(
    check,
    text,
    'let all machines keep their clocks by NTP: times in conditions, minReadySeconds and certificates depend on them',
  );
}
