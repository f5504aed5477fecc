import { crc32 } from 'node:zlib';

/**
 * The partition of a key: the CRC-32 (IEEE 802.3, as in zlib) of its UTF-8 bytes, as an unsigned number, modulo the
 * topic's number of partitions. Ours instead of a client library's default, so that every producer in any language
 * agrees, and no upgrade moves a key.
 */
export function partitionOf(key: string, partitions: number): number {
  return crc32(key) % partitions;
}
