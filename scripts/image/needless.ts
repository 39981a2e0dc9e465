/** What packages bring along for people and compilers; Node.js loads none of it from `node_modules`. */
const forPeople = /\.(map|ts|mts|cts|flow|md|markdown|rs|toml|lock)$/;
const licence = /^(licen[cs]e|notice|copying)/i;
const core = 'node_modules/@temporalio/core-bridge/';
const packageTests = /^(.*\/)?node_modules\/(@[^/]+\/)?[^@/][^/]*\/(test|tests|__tests__|benchmarks?|examples?)\//;

/** As Temporal's native core names the platform that the image is for. */
export const platforms = { x64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' } as const;

/** Whether a worker of this architecture never reads the file, and no licence asks for it. `path` is relative to the image's folder. */
export function isNeedless(path: string, architecture: keyof typeof platforms): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (path.startsWith(`${core}releases/`)) return !path.startsWith(`${core}releases/${platforms[architecture]}/`);
  if (licence.test(name)) return false;
  return path.startsWith(`${core}sdk-core/`) || forPeople.test(name) || packageTests.test(path);
}
