// The `etcd` command: settings in, a running member out, and an exit code that scripts can rely on.
import { API_LEVEL, AssertionError, FatalError } from '@quorate/base';
import { type Command, helpText, loadCommand, SettingsError, usage } from './config/index.ts';
import { startServer } from './embed/server.ts';
import { createLogger, type LogLevel } from './ops/logger.ts';
import { tierUpSoon } from './tier-up.ts';

function versionText(): string {
  return [
    `etcd Version: ${API_LEVEL}`,
    'Git SHA: Not provided',
    `Go Version: none (Quorate, Node.js ${process.versions.node})`,
    `Go OS/Arch: ${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
    '',
  ].join('\n');
}

function readCommand(): Command | undefined {
  try {
    return loadCommand(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const text =
      error.exitCode === 2
        ? `${error.message}\n${usage}`
        : `error verifying flags, ${error.message}. See 'etcd --help'.`;
    process.stderr.write(`${text}\n`);
    process.exitCode = error.exitCode;
    return undefined;
  }
}

/** Ends the way the signal would have ended it, as etcd does, so that the parent sees why; as pid 1 with 0. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.pid === 1) process.exit(0);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

async function serve({ config, warnings }: Extract<Command, { kind: 'serve' }>): Promise<void> {
  const logger = createLogger({
    level: config.logLevel as LogLevel,
    outputs: config.logOutputs,
    format: config.logFormat,
    rotation: config.logRotation,
  });
  for (const warning of warnings) logger.warn(warning);

  const die = (error: unknown): void => {
    const isKnown = error instanceof FatalError;
    logger.error(isKnown ? error.message : 'unexpected failure', {
      error: isKnown ? String(error.cause ?? error.message) : String((error as Error)?.stack ?? error),
    });
    process.exit(isKnown ? error.exitCode : 1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);

  const server = await startServer(config, logger, (error) => {
    if (error instanceof AssertionError) throw error;
    die(error);
  });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info('received signal; shutting down', { signal });
    server.stop().then(() => {
      logger.info('closed etcd server', { name: config.name, 'data-dir': config.dataDir });
      endBySignal(signal);
    }, die);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  const command = readCommand();
  if (command?.kind === 'help') process.stdout.write(helpText());
  else if (command?.kind === 'version') process.stdout.write(versionText());
  else if (command?.kind === 'serve') {
    tierUpSoon();
    await serve(command);
  }
}

main().catch((error: unknown) => {
  const text = error instanceof FatalError ? error.message : String((error as Error)?.stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof FatalError ? error.exitCode : 1);
});
