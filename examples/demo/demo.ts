import { setTimeout as sleep } from 'node:timers/promises';
import type { Chapter } from './chapter.ts';
import { brokenImage } from './chapters/broken-image.ts';
import { comeBack } from './chapters/come-back.ts';
import { newImage } from './chapters/new-image.ts';
import { orderedDeletion } from './chapters/ordered-deletion.ts';
import { orderedStart } from './chapters/ordered-start.ts';
import { scaleIn } from './chapters/scale-in.ts';
import { scaleOut } from './chapters/scale-out.ts';
import { workerKilled } from './chapters/worker-killed.ts';
import { playChapter } from './play-chapter.ts';
import type { Screen } from './screen/screen.ts';
import { secondsText } from './seconds.ts';
import { openStage, type Stage } from './stage.ts';

export interface DemoOptions {
  /** Name of the sandbox. */
  readonly name: string;
  /** Stay up when all is played, until `ending`. */
  readonly stays: boolean;
  readonly screen: Screen;
  /** Stops everything, at any moment. */
  readonly ending: AbortSignal;
}

const chapters: readonly Chapter[] = [
  orderedStart,
  newImage,
  scaleOut,
  scaleIn,
  workerKilled,
  brokenImage,
  orderedDeletion,
  comeBack,
];

/** Plays all chapters and answers with the exit code: 0 all held, 1 something did not or could not start, 130 interrupted. */
export async function playDemo(options: DemoOptions): Promise<0 | 1 | 130> {
  const { screen, ending, stays } = options;
  const from = performance.now();
  const opening = openStage(options.name, screen);
  let stage: Stage | undefined;
  try {
    stage = await unlessEnding(opening, ending);
    tellWhereToLook(stage, screen);
    for (const [index, chapter] of chapters.entries()) {
      await unlessEnding(playChapter(stage, screen, chapter, `${index + 1}/${chapters.length}`), ending);
    }
    screen.heading(`All ${chapters.length} chapters held what they claim (${secondsText(performance.now() - from)})`);
    if (stays) {
      screen.line(`  It stays up for you to try things. Ctrl-C ends it and removes everything.`);
      tellWhereToLook(stage, screen);
      await untilEnding(ending);
    }
    return 0;
  } catch (error) {
    if (ending.aborted) return 130;
    screen.failure(error instanceof Error ? error.message : String(error));
    const log = stage?.workerLog() ?? '';
    if (log !== '') screen.line(`  last words of the worker:\n${log}`);
    return 1;
  } finally {
    screen.close();
    if (ending.aborted || stays) screen.line('  stopping ...');
    // A sandbox that is only now being started ends with this process: nothing has to be awaited.
    await stage?.close();
  }
}

function tellWhereToLook({ sandbox, link }: Stage, screen: Screen): void {
  screen.line('');
  screen.line(`  Temporal UI   ${link()}`);
  screen.line(`  kubectl       export KUBECONFIG=${sandbox.kubeconfig}`);
  screen.line(`                ${sandbox.kubectl} get pod -n nginx-sts -w`);
}

/** The promise's outcome, or a rejection as soon as the demo is to end. */
async function unlessEnding<T>(promise: Promise<T>, ending: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  const stop = new AbortController();
  try {
    return await Promise.race([promise, untilEnding(AbortSignal.any([ending, stop.signal])).then(() => interrupted())]);
  } finally {
    stop.abort();
  }
}

function interrupted(): never {
  throw new Error('interrupted');
}

async function untilEnding(ending: AbortSignal): Promise<void> {
  await sleep(2 ** 30, undefined, { signal: ending }).catch(() => undefined);
}
