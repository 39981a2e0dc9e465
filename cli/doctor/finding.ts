/** What one check came to. `failed`: Ordinal does not work, or not for all; `warning`: it works, but; `skipped`: could not be asked. */
export interface Finding {
  readonly check: string;
  readonly result: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, on which object. */
  readonly message: string;
  /** What to do. */
  readonly remedy?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, result: 'ok', message };
}

export function warning(check: string, message: string, remedy: string): Finding {
  return { check, result: 'warning', message, remedy };
}

export function failed(check: string, message: string, remedy: string): Finding {
  return { check, result: 'failed', message, remedy };
}

export function skipped(check: string, message: string): Finding {
  return { check, result: 'skipped', message };
}

/** The check's findings; an error that it did not expect is one of them. */
export async function checked(
  check: string,
  run: () => Promise<readonly Finding[] | Finding>,
): Promise<readonly Finding[]> {
  try {
    return [await run()].flat();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [failed(check, message, 'try again; with ORDINAL_DEBUG=1 other commands tell more')];
  }
}
