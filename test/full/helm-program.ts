import { goProgram } from '../support/go-program.ts';

const version = 'v4.3.1';

/** Path of the real Helm, built when it is not there. */
export function helmProgram(): Promise<string> {
  return goProgram(`helm-${version}`, 'helm.sh/helm/v4/cmd/helm', version);
}
