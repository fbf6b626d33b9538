/** Has the compiler make few pieces of the way from query to reply. It grants a function so much to draw in, and that
 *  ends in the middle of ours: dozens of calls are left over, which cost a steered answer nearly as much again as its
 *  work (525 against 310 ns in one process, Node 20). */
import { setFlagsFromString } from 'node:v8'

/** Octets of bytecode that a function may draw in; 920 unless said. With 12,000 all is one piece and user time a tenth
 *  less still, but whatever happens for the first time then throws the whole piece away, and to make it anew takes most
 *  of a second: p99 during a reload doubled. It also took a main thread with 5,000 probes 120 MB more. */
export const INLINING_FLAGS = ['--max-inlined-bytecode-size-cumulative=3000']

/** To be called before there are queries: what was compiled without stays so. The flags are the whole process's, so not
 *  before the first build either, which everybody waits for: it would be compiled like this too, and longer. */
export function inlineFreely(): void {
  for (const flag of INLINING_FLAGS) setFlagsFromString(flag)
}
