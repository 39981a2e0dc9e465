import process from 'node:process';

/**
 * Preloaded into a worker (`node --import`): at each SIGUSR2 its clock steps by CLOCK_STEP_MS, as one that is set by hand. What counts time by
 * the process's own stopwatch (`performance.now`, timers) is as it was.
 */
const stepMs = Number(process.env['CLOCK_STEP_MS'] ?? 0);
const RealDate = Date;
let shiftMs = 0;
process.on('SIGUSR2', () => (shiftMs += stepMs));

class SteppingDate extends RealDate {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [SteppingDate.now()] : given) as [number]));
  }

  static override now(): number {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = SteppingDate as DateConstructor;
