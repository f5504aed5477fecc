/** `host:port`, or a gRPC target that names it such as `dns:///host:port`, taken apart. */
export function hostAndPort(address: string): { host: string; port?: number } {
  const [, host = address, port] = /^(?:.*\/)?(.+?)(?::(\d+))?$/.exec(address) ?? [];
  return port === undefined ? { host } : { host, port: Number(port) };
}
