/** "Did you mean", for those who look for it here; base/ has it for everyone. */
export { closest } from '../base/suggest.ts'
