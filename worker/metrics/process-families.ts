import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './exposition.ts';

/** Measures from now on; the names of the process' own are those that all Prometheus clients use. */
export function createProcessFamilies(): () => readonly Family[] {
  const startedAt = Date.now() / 1_000 - process.uptime();
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  return () => {
    const { user, system } = process.cpuUsage();
    const lag = Number.isFinite(loop.max) ? loop.max / 1e9 : 0;
    loop.reset();
    return [
      of('process_cpu_seconds_total', 'counter', 'CPU time of this process.', (user + system) / 1e6),
      of('process_resident_memory_bytes', 'gauge', 'Memory of this process.', process.memoryUsage.rss()),
      of('process_start_time_seconds', 'gauge', 'When this process began, since the epoch.', startedAt),
      of('process_open_fds', 'gauge', 'Open files and sockets of this process.', openFiles()),
      of('nodejs_eventloop_lag_max_seconds', 'gauge', 'Longest delay of the event loop since the last scrape.', lag),
    ];
  };
}

/** NaN where the system does not say. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return Number.NaN;
  }
}

function of(name: string, type: Family['type'], help: string, value: number): Family {
  return { name, type, help, samples: [{ value }] };
}
