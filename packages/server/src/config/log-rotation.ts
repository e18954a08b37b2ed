// `--enable-log-rotation` and `--log-rotation-config-json`.
import type { RotationSettings } from '../ops/log-rotation.ts';
import { type Settings, SettingsError } from './settings.ts';

const NO_FILES: ReadonlySet<string> = new Set(['default', 'stderr', 'stdout', 'systemd/journal']);

function fields(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SettingsError(`improperly formatted log rotation config: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SettingsError('invalid log rotation config: it is no JSON object');
  }
  // As Go reads JSON: names in any case, unknown ones left out.
  return new Map(Object.entries(value).map(([name, item]) => [name.toLowerCase(), item]));
}

/** How log files are rotated; undefined when they are not. @throws SettingsError */
export function logRotation(settings: Settings): RotationSettings | undefined {
  if (!settings.bool('enable-log-rotation')) return undefined;
  const files = settings.list('log-outputs').filter((output) => !NO_FILES.has(output));
  if (files.length !== 1) {
    throw new SettingsError(
      '--log-outputs requires a single file path when --log-rotate-config-json is defined',
    );
  }
  const values = fields(settings.text('log-rotation-config-json'));
  const count = (name: string): number => {
    const value = values.get(name) ?? 0;
    if (!Number.isSafeInteger(value) || (value as number) < 0) {
      throw new SettingsError(`invalid log rotation config: ${name} is no number that makes sense`);
    }
    return value as number;
  };
  const flag = (name: string): boolean => {
    const value = values.get(name) ?? false;
    if (typeof value !== 'boolean') {
      throw new SettingsError(`invalid log rotation config: ${name} is neither true nor false`);
    }
    return value;
  };
  return {
    maxSizeMib: count('maxsize'),
    maxAgeDays: count('maxage'),
    maxBackups: count('maxbackups'),
    localTime: flag('localtime'),
    compress: flag('compress'),
  };
}
