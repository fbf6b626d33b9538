/** The one place where chance comes from, for what only has to differ: phases, jitter. Never for secrets. */

/** At least 0, below 1. */
export type Dice = () => number

export const fairDice: Dice = () => Math.random()
