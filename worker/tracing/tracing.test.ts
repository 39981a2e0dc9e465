import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';

/** What a process that has started tracing in this environment has loaded of OpenTelemetry. */
function loadedWith(environment: Readonly<Record<string, string>>): readonly string[] {
  const script = `
    import { createRequire } from 'node:module';
    const { startTracing } = await import(${JSON.stringify(new URL('./tracing.ts', import.meta.url).href)});
    const tracing = await startTracing({ warn() {}, debug() {} });
    await tracing.stop();
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));`;
  const out = execFileSync(nodeProgram(), ['--input-type=module', '-e', script], {
    env: { PATH: process.env['PATH'], ...environment },
    encoding: 'utf8',
  });
  return (JSON.parse(out) as readonly string[]).filter((path) => path.includes('@opentelemetry'));
}

test('a worker that does not trace loads nothing of OpenTelemetry', () => {
  expect(loadedWith({})).toEqual([]);
});

test('one that does, does', () => {
  expect(loadedWith({ OTEL_TRACES_EXPORTER: 'otlp' })).not.toEqual([]);
});
