import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { userNames, type KubeUser, type Layout } from './layout.ts';

/**
 * Makes, once for each instance, a token for each user, the key that signs service account tokens, and a kubeconfig a
 * user. The API server makes its own serving certificate, which lets us do without a certificate tool.
 */
export function writeCredentials(layout: Layout, name: string, apiServerUrl: string): void {
  mkdirSync(layout.certificates, { recursive: true, mode: 0o700 });
  const users = Object.keys(userNames) as KubeUser[];
  const tokens = readTokens(layout) ?? new Map(users.map((user) => [userNames[user], randomBytes(24).toString('hex')]));
  const lines = [...tokens].map(([user, token]) => `${token},${user},${user},"system:masters"`);
  writeFileSync(layout.tokens, `${lines.join('\n')}\n`, { mode: 0o600 });
  for (const user of users) {
    const token = tokens.get(userNames[user]);
    writeFileSync(layout.kubeconfig(user), kubeconfig(layout, name, apiServerUrl, user, token), { mode: 0o600 });
  }
  if (!existsSync(layout.serviceAccountKey)) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    writeFileSync(layout.serviceAccountKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    writeFileSync(layout.serviceAccountPublicKey, publicKey.export({ type: 'spki', format: 'pem' }));
  }
}

function readTokens(layout: Layout): Map<string, string> | undefined {
  if (!existsSync(layout.tokens)) return undefined;
  const lines = readFileSync(layout.tokens, 'utf8').trim().split('\n');
  return new Map(lines.map((line) => line.split(',')).map(([token = '', user = '']) => [user, token]));
}

function kubeconfig(layout: Layout, name: string, server: string, user: KubeUser, token: string | undefined): string {
  const context = `ordinal-${name}`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: context, cluster: { server, 'certificate-authority': layout.authority } }],
    users: [{ name: userNames[user], user: { token } }],
    contexts: [{ name: context, context: { cluster: context, user: userNames[user], namespace: 'default' } }],
    'current-context': context,
  });
}
