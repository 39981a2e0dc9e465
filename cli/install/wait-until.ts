import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError, exitCodes } from '../exit.ts';

/** Asks again until the answer is not undefined. After `timeoutMs` it throws, exit code 3, what `tell` says of the last look. */
export async function waitUntil<T>(
  look: () => Promise<T | undefined>,
  timeoutMs: number,
  tell: () => string | Promise<string>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new CommandError(exitCodes.timeout, await tell());
    await sleep(100);
  }
}
