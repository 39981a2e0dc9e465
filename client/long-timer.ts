import { longestTimerMs } from '../kube/sleep.ts';

/** As `setTimeout`, also for longer than Node can; `Infinity`: never. What it returns stops it. */
export function longTimer(done: () => void, ms: number): () => void {
  const due = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const left = Math.ceil(due - performance.now());
    timer = left > longestTimerMs ? setTimeout(arm, longestTimerMs) : setTimeout(done, Math.max(left, 0));
  };
  arm();
  return () => clearTimeout(timer);
}
