/** Where a database is, as `host:port`, for messages: nothing of its URL that is secret. */
export function databaseAddress(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || 'localhost'}:${port || 5432}`;
}

/** Connects; an error says where to, as its `databaseAddress`: those of the driver do not all say it. */
export async function connecting(url: string, connect: () => Promise<unknown>): Promise<void> {
  try {
    await connect();
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { databaseAddress: databaseAddress(url) }) : error;
  }
}
