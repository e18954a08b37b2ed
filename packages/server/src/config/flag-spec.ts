// The shape of one row of the flag table, from which the parser, the help, the environment, the config file
// and the documentation are made.

/** How a value is written and checked. */
export type FlagKind =
  | { readonly type: 'string' }
  | { readonly type: 'bool' }
  | { readonly type: 'int'; readonly min?: number; readonly max?: number }
  | { readonly type: 'duration' }
  | { readonly type: 'urls' }
  | { readonly type: 'list' }
  | { readonly type: 'choice'; readonly choices: readonly string[] };

/**
 * What this release does with a flag: `works`; `noop` accepts it because the thing it tunes does not exist here;
 * `planned` refuses any value but the default, since ignoring it would break a promise; `ignored` is one that
 * etcd itself only warns about.
 */
export type FlagStatus = 'works' | 'noop' | 'planned' | 'ignored';

/** One flag. */
export interface FlagSpec {
  readonly name: string;
  readonly section: string;
  readonly kind: FlagKind;
  /** The default as text; what `--help` prints. */
  readonly fallback: string;
  readonly help: string;
  readonly status: FlagStatus;
  /** Other spellings, mostly the `experimental-` ones of earlier etcd releases. */
  readonly aliases: readonly string[];
}

type Options = Partial<Pick<FlagSpec, 'status' | 'aliases'>>;

/** Builds the rows of one section. */
export function section(title: string) {
  const add = (name: string, kind: FlagKind, fallback: string, help: string, options: Options): FlagSpec => ({
    name,
    section: title,
    kind,
    fallback,
    help,
    status: options.status ?? 'works',
    aliases: options.aliases ?? [],
  });
  return {
    text: (name: string, fallback: string, help: string, options: Options = {}) =>
      add(name, { type: 'string' }, fallback, help, options),
    bool: (name: string, fallback: boolean, help: string, options: Options = {}) =>
      add(name, { type: 'bool' }, String(fallback), help, options),
    int: (
      name: string,
      fallback: number,
      help: string,
      options: Options & { min?: number; max?: number } = {},
    ) => {
      const { min, max } = options;
      const kind: FlagKind = {
        type: 'int',
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
      };
      return add(name, kind, String(fallback), help, options);
    },
    duration: (name: string, fallback: string, help: string, options: Options = {}) =>
      add(name, { type: 'duration' }, fallback, help, options),
    urls: (name: string, fallback: string, help: string, options: Options = {}) =>
      add(name, { type: 'urls' }, fallback, help, options),
    list: (name: string, fallback: string, help: string, options: Options = {}) =>
      add(name, { type: 'list' }, fallback, help, options),
    choice: (
      name: string,
      choices: readonly string[],
      fallback: string,
      help: string,
      options: Options = {},
    ) => add(name, { type: 'choice', choices }, fallback, help, options),
  };
}
