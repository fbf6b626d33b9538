/** How a decision tells its steps. */

/** One string a step, as `_why` and `explain` show it. Absent: nothing is said and no text is made. */
export type Trace = ((step: string) => void) | undefined
