/** Preloaded into a server: from here on this process and its threads get no IPv6 socket, as on a host whose kernel
 *  has none (EAFNOSUPPORT). A seccomp filter does it, which needs no rights. */

import koffi from 'koffi'

const PR_SET_NO_NEW_PRIVS = 38
const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2
const SOCKET_CALL = process.arch === 'x64' ? 41 : 198
const AF_INET6 = 10
const EAFNOSUPPORT = 97
const LOAD = 0x20
const JUMP_IF_EQUAL = 0x15
const RETURN = 0x06
const ALLOW = 0x7fff0000
const ERRNO = 0x00050000

const program = [
  [LOAD, 0, 0, 0],
  [JUMP_IF_EQUAL, 0, 3, SOCKET_CALL],
  [LOAD, 0, 0, 16],
  [JUMP_IF_EQUAL, 0, 1, AF_INET6],
  [RETURN, 0, 0, ERRNO | EAFNOSUPPORT],
  [RETURN, 0, 0, ALLOW],
]

const filter = koffi.alloc('uint8_t', program.length * 8)
const words = new DataView(koffi.view(filter, program.length * 8))
for (const [index, [code, ifTrue, ifFalse, k]] of program.entries()) {
  words.setUint16(index * 8, code, true)
  words.setUint8(index * 8 + 2, ifTrue)
  words.setUint8(index * 8 + 3, ifFalse)
  words.setUint32(index * 8 + 4, k, true)
}
const head = new DataView(new ArrayBuffer(16))
head.setUint16(0, program.length, true)
head.setBigUint64(8, koffi.address(filter), true)

const libc = koffi.load(null)
const allowNothingNew = libc.func('int prctl(int, ulong, ulong, ulong, ulong)')
const setFilter = libc.func('prctl', 'int', ['int', 'ulong', 'void*', 'ulong', 'ulong'])
if (allowNothingNew(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) throw new Error('no_new_privs is refused')
if (setFilter(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, new Uint8Array(head.buffer), 0, 0) !== 0)
  throw new Error('seccomp is refused')
