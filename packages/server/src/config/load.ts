// From a command line to a configuration: which of the sources count, and in which order.
import { readFileSync } from 'node:fs';
import { readConfigFile } from './config-file.ts';
import { configWarnings, makeServerConfig, type ServerConfig } from './server-config.ts';
import { readArguments, readEnvironment, Settings, SettingsError } from './settings.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'serve'; readonly config: ServerConfig; readonly warnings: readonly string[] };

/** The value of --config-file among the arguments, whose other flags then do not count. */
function takeConfigFile(args: readonly string[]): string | undefined {
  for (const [at, word] of args.entries()) {
    const match = /^--?config-file(?:=(.*))?$/s.exec(word);
    if (match === null) continue;
    const value = match[1] ?? args[at + 1];
    if (value === undefined) throw new SettingsError('flag needs an argument: -config-file', 2);
    return value;
  }
  return undefined;
}

/** Reads the command line, the environment and the config file. @throws SettingsError */
export function loadCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  if (args.some((word) => /^--?(h|help)$/.test(word))) return { kind: 'help' };
  if (args.some((word) => /^--?version(=true)?$/.test(word))) return { kind: 'version' };
  const path = takeConfigFile(args) ?? env['ETCD_CONFIG_FILE'];
  let settings: Settings;
  if (path !== undefined && path !== '') {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw new SettingsError(`error loading config file: ${(error as Error).message}`);
    }
    settings = readConfigFile(path, text);
  } else {
    settings = new Settings();
    readArguments(settings, args);
    readEnvironment(settings, env);
  }
  const config = makeServerConfig(settings);
  return { kind: 'serve', config, warnings: configWarnings(settings, config) };
}
