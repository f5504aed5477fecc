import type { DescService } from '@bufbuild/protobuf';
import { type Client, Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { AuthService } from '@finflow/proto/finflow/auth/v1/auth_pb';

/** Where the services are reached: one address for all, or each its own. */
export type Address = string | ((service: DescService) => string);

/** A registered company with its owner signed in, as a program that calls FinFlow over HTTP. */
export class Session {
  readonly email: string;
  readonly password: string;
  readonly address: Address;
  #organizationId = '';
  #token = '';

  private constructor(address: Address, email: string, password: string) {
    this.address = address;
    this.email = email;
    this.password = password;
  }

  /** Registers a new company and signs its owner in. */
  static async register(
    address: Address,
    name: string,
    options: { currencyCode?: string; timeZone?: string } = {},
  ): Promise<Session> {
    const unique = crypto.randomUUID().slice(0, 8);
    const session = new Session(address, `${name.toLowerCase()}-${unique}@example.com`, `correct-${unique}-horse`);
    const { organizationId } = await session.withoutToken(AuthService).register({
      email: session.email,
      password: session.password,
      organizationName: `${name} ${unique}`,
      requestId: crypto.randomUUID(),
      ...options,
    });
    session.#organizationId = organizationId;
    await session.signIn();
    return session;
  }

  get organizationId(): string {
    return this.#organizationId;
  }

  /** The access token in use. */
  get token(): string {
    return this.#token;
  }

  /** Gets a new access token; they live ten minutes. */
  async signIn(): Promise<void> {
    this.#token = (await this.openSession()).accessToken;
  }

  /** Signs in once more, beside the session in use. */
  async openSession(): Promise<{ accessToken: string; refreshToken: string }> {
    return await this.withoutToken(AuthService).login({ email: this.email, password: this.password });
  }

  /** A client that sends the access token, and signs in again once when it has expired. */
  client<Service extends DescService>(service: Service): Client<Service> {
    const withToken: Interceptor = (next) => async (request) => {
      request.header.set('authorization', `Bearer ${this.#token}`);
      try {
        return await next(request);
      } catch (error) {
        if (ConnectError.from(error).code !== Code.Unauthenticated) throw error;
        await this.signIn();
        request.header.set('authorization', `Bearer ${this.#token}`);
        return await next(request);
      }
    };
    return this.#client(service, [withToken]);
  }

  /** A client that sends no token. */
  withoutToken<Service extends DescService>(service: Service): Client<Service> {
    return this.#client(service, []);
  }

  #client<Service extends DescService>(service: Service, interceptors: Interceptor[]): Client<Service> {
    const baseUrl = typeof this.address === 'string' ? this.address : this.address(service);
    return createClient(service, createConnectTransport({ baseUrl, httpVersion: '1.1', interceptors }));
  }
}
