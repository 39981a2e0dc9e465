import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { buildTools } from './build-tools.ts';
import { readManifest, verifyManifest } from './manifest.ts';
import { printsVersion, readPins, type Pins, type Tool, type ToolName } from './tools.ts';

/** Absolute paths of the programs. */
export type Binaries = Readonly<Record<ToolName, string>>;

export interface FindBinariesOptions {
  /** Told what happens while programs are built, a line at a time. Default: standard error. */
  readonly progress?: (line: string) => void;
}

/**
 * Finds every program of the sandbox: in `ORDINAL_SANDBOX_BIN` when set (then all must be there), else in the cache
 * once it has been built, else on PATH where the version is exactly the pinned one; whatever is then missing is built
 * once, into the user's cache folder. Throws an `Error` that says what is missing and what to do.
 */
export async function findBinaries(options: FindBinariesOptions = {}): Promise<Binaries> {
  const progress = options.progress ?? ((line: string) => void process.stderr.write(`${line}\n`));
  const pins = readPins();
  const explicit = process.env['ORDINAL_SANDBOX_BIN'];
  if (explicit !== undefined && explicit !== '') return fromExplicitFolder(explicit, pins);

  const cache = join(cacheFolder(), pins.hash);
  const built = await fromCache(cache, pins, progress);
  if (built !== undefined) return built;

  const onPath = await Promise.all(pins.tools.map(async (tool) => [tool.name, await findOnPath(tool)] as const));
  const present = new Map(onPath.flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const])));
  const missing = pins.tools.filter((tool) => !present.has(tool.name));
  if (missing.length > 0) await buildTools({ pins, tools: missing, cache, progress });
  return asBinaries((name) => present.get(name) ?? join(cache, name), pins);
}

/** The user's cache folder for this product. */
export function cacheFolder(): string {
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.cache') : xdg, 'ordinal', 'sandbox');
}

function fromExplicitFolder(folder: string, pins: Pins): Binaries {
  const missing = pins.tools.filter((tool) => !isExecutable(join(folder, tool.name))).map((tool) => tool.name);
  if (missing.length > 0) {
    throw new Error(
      `ORDINAL_SANDBOX_BIN is ${folder}, which has no ${missing.join(', ')}. Put them there, or unset the variable.`,
    );
  }
  return asBinaries((name) => join(folder, name), pins);
}

async function fromCache(cache: string, pins: Pins, progress: (line: string) => void): Promise<Binaries | undefined> {
  const manifest = readManifest(cache);
  if (manifest === undefined || !pins.tools.every((tool) => manifest[tool.name] !== undefined)) return undefined;
  const broken = await verifyManifest(cache, manifest);
  if (broken.length === 0) return asBinaries((name) => join(cache, name), pins);
  progress(`${broken.join(', ')} in ${cache} changed since being built; building again`);
  return undefined;
}

async function findOnPath(tool: Tool): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, tool.name);
    if (folder === '' || !isExecutable(path)) continue;
    try {
      const { stdout, stderr } = await promisify(execFile)(path, [...tool.versionArgs], { timeout: 10_000 });
      if (printsVersion(stdout + stderr, tool.version)) return path;
    } catch {
      // A program that cannot even tell its version is not the one we need.
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function asBinaries(pathOf: (name: ToolName) => string, pins: Pins): Binaries {
  return Object.fromEntries(pins.tools.map((tool) => [tool.name, pathOf(tool.name)])) as Record<ToolName, string>;
}
