/** Addresses of the kernel's tables of sockets, as people write them. */

import { expect } from 'chai'
import { kernelAddress } from '../../src/base/kernel-address.ts'

describe('an address of /proc/net', () => {
  const cases: [string, string][] = [
    ['00000000', '0.0.0.0'],
    ['3500007F', '127.0.0.53'],
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['B80D0120000000000000000002010000', '2001:db8::102'],
    ['0000000000000000FFFF00000100007F', '::ffff:7f00:1'],
  ]
  for (const [hex, address] of cases)
    it(`${hex} is ${address}`, () => {
      expect(kernelAddress(hex)).to.equal(address)
    })
})
