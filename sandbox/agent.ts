/** A process of its own beside KWOK: binds claims to volumes and ends terminating pods. */
import { openKubeApi } from './kube-api.ts';
import { reapPods } from './pod-reaper.ts';
import { provisionVolumes } from './provisioner.ts';

const kubeconfig = process.argv[2];
if (kubeconfig === undefined) throw new Error('usage: agent.ts <kubeconfig>');

const api = openKubeApi(kubeconfig);
const { signal } = new AbortController();
await Promise.all([provisionVolumes(api, signal), reapPods(api, signal)]);
