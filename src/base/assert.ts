/** For our own bugs only. Nothing here may depend on what a packet, a file or a network says:
 *  an assertion that input can reach is a remote kill switch. */
export function assert(condition: boolean, text: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${text}`)
}
