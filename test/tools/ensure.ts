/** Run before the tests: fetches the outside programs they want, all at once. Knows no test. */

console.log('tools: nothing to fetch')
