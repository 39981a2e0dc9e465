#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { basename } from 'node:path';

// What was compiled once is read from a cache by the next command.
enableCompileCache();
const { run } = await import('./run.ts');
const [, program = '', ...args] = process.argv;
// kubectl asks a program of this name what may stand after `kubectl ordinal`.
const completes = basename(program) === 'kubectl_complete-ordinal';
process.exitCode = await run(completes ? ['__complete', ...args] : args);
