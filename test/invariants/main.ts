import { parseArgs } from 'node:util';
import { check } from './check.ts';
import { readLog } from './read-log.ts';
import { table } from './table.ts';

const usage = `node test/invariants/main.ts --watch-log FILE --audit-log FILE
  [--controller-agent ordinal/] [--controller-user NAME] [--grace-ms 1000]
Exit code: 0 no violation, 1 violations, 2 usage.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'watch-log': { type: 'string' },
      'audit-log': { type: 'string' },
      'controller-agent': { type: 'string', default: 'ordinal/' },
      'controller-user': { type: 'string' },
      'grace-ms': { type: 'string', default: '1000' },
    },
  });
  const { 'watch-log': watchLog, 'audit-log': auditLog, 'controller-user': controllerUser } = values;
  const graceMs = Number(values['grace-ms']);
  if (watchLog === undefined || auditLog === undefined || !(graceMs >= 0))
    throw new TypeError('flags are missing or wrong');
  const log = await readLog({ watchLog, auditLog });
  const violations = check(log, { controllerAgent: values['controller-agent'], controllerUser, graceMs });
  const size = `${log.watch.length} watch events, ${log.audit.length} calls`;
  process.stdout.write(violations.length === 0 ? `no violation in ${size}\n` : `${table(violations)}\n`);
  if (violations.length > 0) process.stderr.write(`${violations.length} violations in ${size}\n`);
  return violations.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 2;
}
