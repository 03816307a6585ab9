// @ts-check

/**
 * A number of bytes as people read it: 512 B, 1.2 kB, 9.7 MB.
 * @param {number} count
 */
export function byteCount(count) {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}
