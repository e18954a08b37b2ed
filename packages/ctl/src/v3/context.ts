/** What a v3 command works with: its flags, a client, a printer. */
import { type CallSettings, describeError, type EtcdClient } from '@quorate/client';
import type { ClientTlsOptions } from '@quorate/wire';
import type { Invocation } from '../cli/command.ts';
import { ExitCode, ExitError } from '../cli/exit.ts';
import type { Flags } from '../cli/flag-set.ts';
import { stderr } from '../cli/output.ts';
import { credentialsOf, endpointsOf, openClient, tlsOf, type UserAndPassword } from './client-factory.ts';
import { applyEnvironment, globalFlags } from './global-flags.ts';
import { createPrinter } from './print/create.ts';
import type { Printer } from './print/printer.ts';

export class CommandContext {
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly printer: Printer;
  #client: EtcdClient | undefined;

  /** Takes the environment into account; throws ExitError for an unknown output format. */
  constructor(invocation: Invocation) {
    this.flags = invocation.flags;
    this.args = invocation.args;
    applyEnvironment(this.flags, globalFlags, process.env);
    this.printer = createPrinter(this.flags.string('write-out'), this.flags.bool('hex'));
  }

  /** The client the flags describe; the same at every call. */
  async client(): Promise<EtcdClient> {
    this.#client ??= await this.newClient(await endpointsOf(this.flags));
    return this.#client;
  }

  /** Another client, of other endpoints; with credentials, it has them checked. Throws ExitError. */
  async newClient(endpoints: readonly string[]): Promise<EtcdClient> {
    const credentials = await this.credentials();
    const client = openClient(endpoints, this.tls(), credentials, this.flags);
    if (credentials !== undefined) {
      const timeoutMs = this.flags.durationMs('dial-timeout') || this.flags.durationMs('command-timeout');
      await this.call(client.authenticate({ timeoutMs }), ExitCode.BadConnection);
    }
    return client;
  }

  /** A client without credentials. */
  anonymousClient(endpoints: readonly string[]): EtcdClient {
    return openClient(endpoints, this.tls(), undefined, this.flags);
  }

  tls(): ClientTlsOptions | undefined {
    return tlsOf(this.flags);
  }

  #credentials: Promise<UserAndPassword | undefined> | undefined;

  credentials(): Promise<UserAndPassword | undefined> {
    this.#credentials ??= credentialsOf(this.flags);
    return this.#credentials;
  }

  endpoints(): Promise<readonly string[]> {
    return endpointsOf(this.flags);
  }

  /** Settings of calls that --command-timeout limits. */
  get limited(): CallSettings {
    return { timeoutMs: this.flags.durationMs('command-timeout') };
  }

  /** Awaits a call; its failure ends the command with the code. `wrap` may word the message. */
  async call<T>(
    promise: Promise<T>,
    code: ExitCode = ExitCode.Error,
    wrap: (message: string) => string = (message) => message,
  ): Promise<T> {
    try {
      return await promise;
    } catch (error) {
      if (error instanceof ExitError) throw error;
      this.explainConnection(error);
      throw new ExitError(code, wrap(describeError(error)));
    }
  }

  /** Tells on standard error why there is no connection, if that is what a failed call suffered from. */
  explainConnection(error: unknown): void {
    const message = (error as Error).message;
    if (message.startsWith('no connection: ')) stderr.write(`warning: ${message}\n`);
  }

  /** Ends the client. */
  close(): void {
    this.#client?.close();
  }
}
