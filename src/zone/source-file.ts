/** Files as zones see them: how they are asked for, and what cannot be one. */

/** Bytes of a file, or why it cannot be read. */
export type ReadFile = (path: string) => Uint8Array | Error

/** `Records.sourceAt` is a signed word. */
const FILE_BYTES_MAX = 0x7fffffff

/** Why a file is not a zone file, at first sight. */
export function fileFault(read: Uint8Array | Error): string | undefined {
  if (read instanceof Error) return `cannot be read: ${read.message}`
  if (read.length > FILE_BYTES_MAX) return 'more than 2 GiB'
  const utf16 = (read[0] === 0xff && read[1] === 0xfe) || (read[0] === 0xfe && read[1] === 0xff)
  return utf16 ? 'the file is UTF-16; a zone file is ASCII or UTF-8' : undefined
}
