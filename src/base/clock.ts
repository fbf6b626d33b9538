/** The one place where time comes from. Whatever decides by time takes a `Clock` as an argument. */

/** Milliseconds since some moment; never steps back when somebody sets the wall clock. */
export type Clock = () => number

export const monotonicMs: Clock = () => performance.now()
