/** Has the compiler make one piece of the whole way from query to reply. It grants a function so much to draw in,
 *  and that ends in the middle of ours: dozens of calls are left over, which cost a steered answer nearly as much
 *  again as its work (525 against 310 ns in one process, Node 20). */
import { setFlagsFromString } from 'node:v8'

/** Octets of bytecode that one function drawn in may have, and all of them together. With less than it takes, other
 *  calls are left at every start. The price: whatever a young server meets for the first time throws the piece away,
 *  and most of a second passes until there is a new one; a main thread with 5,000 probes takes 120 MB more. */
export const INLINING_FLAGS = [
  '--max-inlined-bytecode-size=1000',
  '--max-inlined-bytecode-size-cumulative=12000',
  '--max-inlined-bytecode-size-absolute=12000',
]

/** To be called before there are queries: what was compiled without stays so. The flags are the whole process's, so not
 *  before the first build either, which everybody waits for: it would be compiled like this too, and longer. */
export function inlineFreely(): void {
  for (const flag of INLINING_FLAGS) setFlagsFromString(flag)
}
