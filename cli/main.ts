#!/usr/bin/env node
import { Command } from 'commander';
import { workerCommand } from './worker-command.ts';

const program = new Command('ordinal').description('Kubernetes StatefulSets as durable Temporal workflows');
program.addCommand(workerCommand());
await program.parseAsync();
