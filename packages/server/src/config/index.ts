export type { FlagSpec } from './flag-spec.ts';
export { flagTable } from './flag-table.ts';
export { formatGoDuration, parseGoBool, parseGoDuration, parseGoInt } from './go-values.ts';
export { flagsPage, helpText, usage } from './help.ts';
export { type Command, loadCommand } from './load.ts';
export type { AutoCompaction, ListenUrl, ServerConfig, TlsFiles } from './server-config.ts';
export { SettingsError } from './settings.ts';
