import { readFileSync } from 'node:fs';

/** `ordinal/<version of the package>`. */
export function userAgent(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as {
        readonly name?: string;
        readonly version?: string;
      };
      if (parsed.name === 'ordinal-k8s') return `ordinal/${parsed.version ?? 'unknown'}`;
    } catch {
      // Not there: sources and build differ by one folder.
    }
  }
  return 'ordinal/unknown';
}
