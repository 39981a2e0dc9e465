import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../support/target.ts';

/** How one of Kubernetes' tests ended. */
interface SpecResult {
  /** `passed`, `skipped`, `failed`, `timedout`, ... in Ginkgo's words. */
  readonly state: string;
  /** Why it did not pass, with the place in Kubernetes' source; empty when it passed. */
  readonly failure: string;
  /** Path of everything that the test said. */
  readonly log: string;
}

/** Kubernetes' tests in a program, run against one cluster. */
export interface Suite {
  /** Full names of all tests whose name matches, none is run. */
  list(focus: string): Promise<readonly string[]>;
  /** Runs the one test of this name. It takes care of a namespace of its own. */
  run(name: string): Promise<SpecResult>;
}

interface Report {
  readonly SpecReports: readonly {
    readonly ContainerHierarchyTexts: readonly string[] | null;
    readonly LeafNodeType: string;
    readonly LeafNodeText: string;
    readonly State: string;
    readonly Failure?: { readonly Message: string; readonly Location: { FileName: string; LineNumber: number } };
  }[];
}

/** `folder` takes a log and a report for each run. */
export function openSuite(program: string, target: Target, folder: string): Suite {
  let runs = 0;
  const run = async (args: readonly string[]) => {
    const [report, log] = [join(folder, `${++runs}.json`), join(folder, `${runs}.log`)];
    const out = openSync(log, 'w');
    const cluster = [`--kubeconfig=${target.kubeconfig}`, `--kubectl-path=${target.kubectl}`, '--provider=skeleton'];
    const child = spawn(
      program,
      [...cluster, '--ginkgo.no-color', '--ginkgo.v', `--ginkgo.json-report=${report}`, ...args],
      { cwd: folder, stdio: ['ignore', out, out] },
    );
    closeSync(out);
    const abandon = () => void child.kill('SIGKILL');
    process.once('exit', abandon);
    await once(child, 'exit');
    process.off('exit', abandon);
    const [suite] = JSON.parse(readFileSync(report, 'utf8')) as readonly Report[];
    const specs = suite?.SpecReports.filter(({ LeafNodeType }) => LeafNodeType === 'It') ?? [];
    return { specs, log };
  };
  const nameOf = ({ ContainerHierarchyTexts, LeafNodeText }: Report['SpecReports'][number]) =>
    [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(' ');
  return {
    async list(focus) {
      const { specs } = await run(['--ginkgo.dry-run', `--ginkgo.focus=${focus}`]);
      return specs.filter(({ State }) => State === 'passed').map(nameOf);
    },
    async run(name) {
      const pattern = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
      const { specs, log } = await run([`--ginkgo.focus= ${pattern}$`]);
      const spec = specs.find((other) => nameOf(other) === name);
      if (spec === undefined) throw new Error(`${program} has no test ${JSON.stringify(name)}`);
      const { Message = '', Location } = spec.Failure ?? {};
      const place = Location === undefined ? '' : `\n${Location.FileName}:${Location.LineNumber}`;
      return { state: spec.State, failure: Message + place, log };
    },
  };
}
