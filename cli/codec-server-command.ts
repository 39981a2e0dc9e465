import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { Command } from 'commander';
import type { Console } from './console.ts';
import { CommandError, exitCodes, usageError } from './exit.ts';

interface Flags {
  readonly address: string;
  readonly tokenFile: string;
  readonly origin?: readonly string[];
  readonly payloadKeys?: string;
  readonly insecureAddress?: boolean;
}

/** `ordinal codec-server`: lets the Temporal UI and Temporal's command line read encrypted payloads. */
export function codecServerCommand(console: Console): Command {
  return new Command('codec-server')
    .description('decode encrypted payloads for the Temporal UI and command line, until told to stop')
    .option('--address <host:port>', 'where it is served', '127.0.0.1:8081')
    .requiredOption('--token-file <path>', 'file with the token that whoever asks has to know')
    .option('--origin <url...>', 'Temporal UIs whose pages may ask, for example https://temporal.example')
    .option(
      '--insecure-address',
      'also another address than a loopback one: there is no TLS, something before it has to have it',
    )
    .action(async function (this: Command) {
      await serve(console, this.optsWithGlobals<Flags>());
    });
}

async function serve(console: Console, flags: Flags): Promise<void> {
  const { host, port } = addressOf(flags.address);
  if (!isLoopback(host) && flags.insecureAddress !== true)
    throw usageError(
      `--address ${flags.address} is not this machine alone, and payloads would leave it readable: put a proxy with TLS before a loopback address, or say --insecure-address`,
    );
  const [{ createPayloadCodec }, { loadPayloadKeys }, { serveCodec }] = await Promise.all([
    import('../codec/payload-codec.ts'),
    import('../codec/payload-keys.ts'),
    import('../codec/codec-server.ts'),
  ]);
  const keys = loadPayloadKeys(flags.payloadKeys);
  if (keys === undefined)
    throw usageError('--payload-keys <file> (or ORDINAL_PAYLOAD_KEYS) is missing: the keys to decode with');
  const server = await serveCodec({
    codec: createPayloadCodec(keys),
    token: tokenIn(flags.tokenFile),
    origins: (flags.origin ?? []).map((origin) => origin.replace(/\/+$/, '')),
    host,
    port,
  });
  console.out(`codec server at ${server.url}`);
  const stopped = new AbortController();
  const { signal } = stopped;
  await Promise.race(['SIGTERM', 'SIGINT'].map((name) => once(process, name, { signal })));
  stopped.abort();
  await server.close();
}

function addressOf(address: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(?:\[?)([^\]]*?)(?:\]?):(\d+)$/.exec(address) ?? [];
  if (host === '' || port === '' || Number(port) > 65_535)
    throw usageError(`--address ${address} is not HOST:PORT, for example 127.0.0.1:8081`);
  return { host, port: Number(port) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function tokenIn(path: string): string {
  let token: string;
  try {
    token = readFileSync(path, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(exitCodes.usage, `cannot read the token of --token-file ${path}: ${why}`);
  }
  if (token.length < 16)
    throw usageError(
      `the token in ${path} is shorter than 16 letters; make one with: head -c 32 /dev/urandom | base64`,
    );
  return token;
}
