#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What was compiled once is read from a cache by the next command.
enableCompileCache();
const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
